import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { matrixRegistration } from '../../cli/matrix-registration.ts';
import { TcpProxy } from '../fakes/tcp-proxy.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { plan } from '../support/plan.ts';
import { findPython, NO_PYTHON } from '../support/python.ts';
import { type Scene, startScene } from '../support/scene.ts';
import { installSynapse } from '../support/synapse/install.ts';
import { Person } from '../support/synapse/person.ts';
import { SERVER_NAME, Synapse } from '../support/synapse/synapse.ts';

const BOT = `@holdfast:${SERVER_NAME}`;
const LONG = `The first words of a long answer come at once${', and more of them follow'.repeat(30)}.`;
const INSTALL_MS = 10 * 60_000;
const TIMEOUT_MS = 120_000;
const python = findPython();

/** Without any fake between: a homeserver, a client of it, and processes that die. */
describe.skipIf(python === undefined)(
  `a Matrix homeserver${python === undefined ? ` (${NO_PYTHON})` : ''}`,
  { timeout: TIMEOUT_MS },
  () => {
    let scene: Scene;
    let synapse: Synapse;
    /** Between worker, gateway and homeserver. */
    let proxy: TcpProxy;
    let ann: Person;
    let room: string;

    beforeAll(async () => {
      const port = await freePort();
      proxy = await TcpProxy.start(`127.0.0.1:${port}`);
      const env = {
        MATRIX_HOMESERVER_URL: `http://${proxy.address}`,
        MATRIX_AS_TOKEN: 'as-token-of-the-tests',
        MATRIX_HS_TOKEN: 'hs-token-of-the-tests',
        MATRIX_USER_ID: BOT,
      };
      const [installed, started] = await Promise.all([installSynapse(python ?? ''), startScene({ env })]);
      scene = started;
      synapse = await Synapse.start({
        python: installed,
        home: path.join(inject('scratch'), 'synapse'),
        port,
        registration: matrixRegistration(scene.stack.url(), env),
      });
      ann = await Person.register(synapse.url, 'ann');
    }, INSTALL_MS);
    afterAll(async () => {
      ann?.stop();
      await synapse?.kill();
      await scene?.stop();
      await proxy?.close();
    });

    /** Every reply so far, in its message. */
    const said: string[] = [];
    /** The turn has ended, and this is what Ann sees of it: no message less, no message more. */
    async function endsWith(reply: string): Promise<void> {
      said.push(reply);
      await scene.stack.replies(`matrix/${room}`, said.length);
      await ann.waitFor(room, BOT, (texts) => texts.at(-1) === reply);
      expect(ann.sees(room, BOT)).toEqual(said);
      expect(await ann.count(room, BOT)).toBe(said.length);
    }

    it('accepts an invitation, and answers what was said before it had joined', async () => {
      room = await ann.invite(BOT);
      await ann.say(room, 'hello');
      await ann.waitFor(room, BOT, (texts) => texts.length > 0);
      await endsWith('echo: hello [heard 1]');
    });

    it('finishes a streamed reply in the same message after a SIGKILL of worker and gateway', async () => {
      await ann.say(room, plan({ say: LONG, chunkDelayMs: 40 }));
      const seen = new Set<string>();
      await ann.waitFor(room, BOT, (texts) => {
        if (texts[1] !== undefined) seen.add(texts[1]);
        return seen.size > 1;
      });
      await Promise.all([scene.stack.killWorkers(), scene.stack.killGateways()]);
      await Promise.all([scene.stack.startWorker(), scene.stack.startGateway()]);
      await endsWith(`${LONG} [heard 2]`);
    });

    it('shows one reply when the answer to its sending is lost, and worker and homeserver are SIGKILLed', async () => {
      scene.model.requests.length = 0;
      await ann.say(room, plan({ delayMs: 2_000, say: 'a short answer' }));
      await eventually(() => scene.model.requests.length === 1);
      proxy.hold('answers');
      await ann.waitFor(room, BOT, (texts) => texts.length === 3);
      await scene.stack.killWorkers();
      await synapse.kill();
      proxy.heal();
      await synapse.start();
      await scene.stack.startWorker();
      await endsWith('a short answer [heard 3]');
    });

    it('answers what was said while the gateway was down, once', async () => {
      await scene.stack.killGateways();
      await ann.say(room, 'are you there?');
      await sleep(2_000);
      await scene.stack.startGateway();
      await ann.waitFor(room, BOT, (texts) => texts.length === 4);
      await endsWith('echo: are you there? [heard 4]');
    });

    it('leaves histories that replay', async () => {
      expect(await scene.stack.replayAll()).toBe(1);
    });
  },
);
