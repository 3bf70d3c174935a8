import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PNG } from '../models/entries.ts';
import { eventually } from '../support/eventually.ts';
import { followPlan, plan } from '../support/plan.ts';
import { type Scene, startScene } from '../support/scene.ts';

const VOICE = { name: 'voice.ogg', mediaType: 'audio/ogg', bytes: Buffer.from('OggS and some talk') };
const attach = (name: string): [string, object] => ['attach_file', { name, content: `this is ${name}` }];

describe('files, voice and buttons, and SIGKILL of the worker among them', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await startScene({ env: { HOLDFAST_TRANSCRIPTION_MODEL: 'openai-compatible/whisper-1' } });
  });
  afterAll(() => scene?.stop());

  async function killAndStart(): Promise<void> {
    await scene.stack.killWorkers();
    scene.telegram.heal();
    await scene.stack.startWorker();
  }
  const seen = (chat: number) =>
    scene.telegram.messages(chat, 'bot').map(({ text, file }) => file?.name ?? text);

  it('a picture is seen by the model, its file and buttons by the user; a pressed button is a message', async () => {
    const { stack, telegram, model } = scene;
    telegram.sendFile(9001, 'what is it?', { name: 'dot.png', mediaType: 'image/png', bytes: PNG });
    await stack.replies('telegram/9001', 1);
    const asked = model.requests.at(-1)?.messages.at(-1);
    expect(asked?.text).toContain('what is it?');
    expect(asked?.files?.map(({ mediaType, bytes }) => [mediaType, bytes.equals(PNG)])).toEqual([
      ['image/png', true],
    ]);

    telegram.say(
      9001,
      plan({ steps: [[attach('a.txt'), ['offer_choices', { choices: ['Yes', 'No'] }]]], say: 'sure?' }),
    );
    await stack.replies('telegram/9001', 2);
    expect(seen(9001).slice(1)).toEqual(['sure? [heard 2]', 'a.txt']);
    const [, question, file] = telegram.messages(9001, 'bot');
    expect(question?.buttons).toEqual(['Yes', 'No']);
    expect(Buffer.from(file?.file?.bytes ?? []).toString()).toBe('this is a.txt');

    telegram.press(9001, 'No');
    await stack.replies('telegram/9001', 3);
    expect(seen(9001).at(-1)).toBe('echo: No [heard 3]');
  });

  it('killed while a file is being sent: it is there once, the next one and the next reply too', async () => {
    const { stack, telegram } = scene;
    telegram.hold('sendDocument');
    telegram.say(9002, plan({ steps: [[attach('a.txt'), attach('b.txt')]], say: 'here' }));
    await telegram.waitFor(9002, ({ file }) => file !== undefined);
    await killAndStart();
    await stack.replies('telegram/9002', 1);
    telegram.say(9002, 'thanks');
    await stack.replies('telegram/9002', 2);
    await sleep(1_000);
    expect(seen(9002)).toEqual(['here [heard 1]', 'a.txt', 'b.txt', 'echo: thanks [heard 2]']);
  });

  it('killed between the transcription and the model: the voice message is not transcribed again', async () => {
    const { stack, telegram, model } = scene;
    const gate = Promise.withResolvers<void>();
    const before = model.requests.length;
    model.recordings.length = 0;
    model.transcribe = () => 'these are my words';
    model.script = async (request) => {
      await gate.promise;
      return followPlan(request);
    };
    telegram.sendFile(9003, '', VOICE);
    await eventually(() => model.requests.length > before);
    await killAndStart();
    gate.resolve();
    await stack.replies('telegram/9003', 1);
    expect(seen(9003)).toEqual(['echo: [voice message: "these are my words"] [heard 1]']);
    expect(model.recordings).toHaveLength(1);
    const { transcript } = await stack.read('telegram/9003');
    expect(transcript[0]).toMatchObject({ transcripts: [{ text: 'these are my words' }] });
  });

  it('killed during the transcription: it is done again, and the turn goes on', async () => {
    const { stack, telegram, model } = scene;
    model.recordings.length = 0;
    model.transcribe = () => (model.recordings.length === 1 ? new Promise<string>(() => {}) : 'again');
    telegram.sendFile(9004, '', VOICE);
    await eventually(() => model.recordings.length === 1);
    await killAndStart();
    await stack.replies('telegram/9004', 1);
    expect(seen(9004)).toEqual(['echo: [voice message: "again"] [heard 1]']);
  });

  it('leaves histories that replay', async () => {
    expect(await scene.stack.replayAll()).toBeGreaterThan(3);
  });
});
