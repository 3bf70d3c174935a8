import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionReport } from '../../../cli/import/hermes/import-sessions.ts';
import { PROJECT } from '../../support/build.ts';
import { Child } from '../../support/child.ts';
import { eventually } from '../../support/eventually.ts';
import { findPython, NO_PYTHON } from '../../support/python.ts';
import { runCli } from '../../support/run-cli.ts';
import { type Scene, startScene } from '../../support/scene.ts';
import { makeHermesState } from './hermes-state.ts';

const python = findPython();
/** Enough for a kill to come in the middle. */
const CHATS = 300;

describe.skipIf(python === undefined)(
  `holdfast import hermes${python === undefined ? ` (${NO_PYTHON})` : ''}`,
  () => {
    let scene: Scene;
    let state: string;
    const env = () => ({ TEMPORAL_ADDRESS: scene.stack.temporalAddress });
    const importing = async (...args: string[]) => {
      const { stdout, stderr, code } = await runCli(['import', 'hermes', state, '--json', ...args], env());
      expect({ stderr, code }).toMatchObject({ code: 0 });
      return JSON.parse(stdout) as SessionReport[];
    };
    const imported = async () => {
      const open = scene.stack.client.workflow.list({ query: "HoldfastPlatform = 'telegram'" });
      return (await Array.fromAsync(open)).length;
    };

    beforeAll(async () => {
      [scene, state] = await Promise.all([startScene(), makeHermesState(python ?? '', CHATS)]);
    }, 400_000);
    afterAll(async () => {
      await scene?.stop();
      if (state) rmSync(path.dirname(state), { recursive: true, force: true });
    });

    it('says what it would do, and does nothing', async () => {
      const reports = await importing('--dry-run');
      const outcomes = Object.fromEntries(
        reports
          .filter(({ conversation }) => !conversation?.startsWith('telegram/70'))
          .map(({ session, outcome }) => [session, outcome]),
      );
      expect(outcomes).toEqual({
        'agent:main:discord:group:555:10': 'newer',
        'agent:main:discord:group:555:11': 'imported',
        'agent:main:feishu:dm:oc_1': 'imported',
        'agent:main:matrix:dm:!room:example.org': 'imported',
        'agent:main:slack:group:C0123456:1700000000.000100': 'imported',
        'agent:main:telegram:dm:4242': 'imported',
        'agent:main:telegram:dm:5151': 'imported',
        'agent:main:telegram:dm:9999': 'empty',
        'agent:main:telegram:group:-1001:77': 'imported',
        'agent:main:weixin:dm:wxid_1': 'no place',
        'agent:main:whatsapp:dm:491701234567': 'imported',
      });
      expect(await imported()).toBe(0);
    });

    it('killed in the middle and run again, brings each over once', async () => {
      const command = [path.join(PROJECT, 'cli', 'holdfast.ts'), 'import', 'hermes', state];
      const child = new Child(process.execPath, command, { ...process.env, ...env() });
      await eventually(async () => (await imported()) > 10);
      await child.kill('SIGKILL');
      const before = await imported();
      expect(before).toBeLessThan(CHATS);

      const reports = await importing();
      const there = reports.filter(({ outcome }) => outcome === 'as it is').length;
      expect(there).toBeGreaterThan(10);
      await eventually(async () => (await imported()) === CHATS + 3);
    }, 120_000);

    it('has the next message answered with all that was said', async () => {
      const { telegram, model, stack } = scene;
      telegram.say(4242, 'And now?', { from: 4242, name: 'Ann' });
      await telegram.waitFor(4242, ({ from }) => from === 'bot');
      // It is seen while it is still being written.
      await stack.replies('telegram/4242', 4);
      const { messages } = model.requests.at(-1) ?? { messages: [] };
      const seen = JSON.stringify(messages);
      for (const words of [
        'My boat is called Albatross.',
        'High water at 14:10.',
        'Is this mine?',
        'And now?',
      ])
        expect(seen).toContain(words);
      // It was taken back.
      expect(seen).not.toContain('Forget this');
      const { transcript, turns } = await stack.read('telegram/4242');
      expect(turns).toBe(4);
      expect(transcript.filter(({ kind }) => kind === 'reply')).toHaveLength(4);
    });

    it('goes on with what a session was split into, which has no place of its own', async () => {
      const { transcript } = await scene.stack.read('telegram/5151');
      const said = JSON.stringify(transcript);
      expect(said).toContain('After the split.');
      expect(said).not.toContain('Before the split.');
    });

    it('goes on in its topic, and after a call that Hermes never ended', async () => {
      const { telegram, model } = scene;
      telegram.say(-1001, '@HoldfastBot hello', { threadId: 77, chatType: 'supergroup' });
      await eventually(() => JSON.stringify(model.requests.at(-1)?.messages).includes('Seen in the topic.'));
      expect(model.refused).toEqual([]);
    });

    it('never touches a conversation that is there', async () => {
      const before = await scene.stack.read('telegram/4242');
      const reports = await importing('--platform', 'telegram');
      expect(reports.every(({ outcome }) => outcome !== 'imported')).toBe(true);
      expect(await scene.stack.read('telegram/4242')).toEqual(before);
    });

    it('refuses what is no database of a current Hermes, and says what helps', async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-hermes-'));
      try {
        const [text, old] = [path.join(folder, 'text.db'), path.join(folder, 'old.db')];
        writeFileSync(text, 'no database at all, and longer than a header of SQLite would be'.repeat(10));
        copyFileSync(state, old);
        const database = new DatabaseSync(old);
        database.exec('DROP TABLE gateway_routing');
        database.close();
        for (const file of [text, old]) {
          const { code, stderr } = await runCli(['import', 'hermes', file], env());
          expect(code).toBe(1);
          expect(stderr).toContain('Start a current Hermes once with it');
        }
        const missing = await runCli(['import', 'hermes', path.join(folder, 'none.db')], env());
        expect(missing.stderr).toContain("It is Hermes's state.db");
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  },
);
