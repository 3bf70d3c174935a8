import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Example } from './start-example.ts';

/** Each example starts with one command, and does what its README says; the worker is killed in between. */
describe('examples', () => {
  let example: Example | undefined;
  afterEach(async () => {
    await example?.stop();
    example = undefined;
  });

  it('home-assistant: lights, a door that asks, a reminder', async () => {
    example = await Example.start('home-assistant', (folder) => ({
      HOUSE_FILE: path.join(folder, 'house.json'),
    }));
    await example.ask('call switch_light {"room": "kitchen", "on": true}');
    await example.ask('call set_heating {"degrees": 21}');
    expect(await example.json('house.json')).toEqual({
      lights: { kitchen: true },
      heating: 21,
      door: 'locked',
    });
    await example.want('call unlock_door {}');
    await example.killWorker();
    expect(await example.ask('/approve')).toContain('Approved');
    expect(await example.answered('unlock_door says')).toContain('unlocked');
    expect(await example.json('house.json')).toMatchObject({ door: 'unlocked' });
    await example.want('call set_heating {"degrees": 25}');
    expect(await example.ask('/deny')).toContain('Denied');
    await example.ask('remind me in 2 seconds to take the bread out');
    expect(await example.answered('⏰')).toContain('take the bread out');
  }, 180_000);

  it('coding-helper: reads freely, asks before it runs or writes, and has a reviewer who can only read', async () => {
    example = await Example.start('coding-helper', (folder) => ({ WORKSPACE: folder }));
    await writeFile(path.join(example.folder, 'notes.txt'), 'hello from the workspace');
    expect(await example.ask('call read_file {"path": "notes.txt"}')).toContain('hello from the workspace');
    await example.want('run `echo done > out.txt`');
    await example.killWorker();
    expect(existsSync(path.join(example.folder, 'out.txt'))).toBe(false);
    await example.ask('/approve');
    await example.answered('xit code 0');
    expect(existsSync(path.join(example.folder, 'out.txt'))).toBe(true);
    expect(await example.ask('/agent reviewer')).toContain('`reviewer` answers here');
    expect(await example.ask('call shell {"command": "ls"}')).toContain('There is no tool "shell"');
  }, 180_000);

  it('support-desk: tools of an MCP server, and a refund that waits', async () => {
    example = await Example.start('support-desk', (folder) => ({
      DESK_FILE: path.join(folder, 'desk.json'),
    }));
    expect(await example.ask('call desk_search_articles {"words": "broken"}')).toContain('Send a picture');
    await example.want('call desk_refund {"order": "A17", "euros": 40}');
    await example.killWorker();
    await example.ask('/approve');
    expect(await example.answered('on their way')).toContain('A17');
    expect(await example.json('desk.json')).toMatchObject({ refunds: [{ order: 'A17', euros: 40 }] });
    await example.ask('call desk_open_ticket {"subject": "Brakes", "text": "They squeal."}');
    expect(Object.values((await example.json<{ tickets: object }>('desk.json')).tickets)).toEqual([
      { subject: 'Brakes', text: 'They squeal.' },
    ]);
  }, 180_000);
});
