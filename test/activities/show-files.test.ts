import { describe, expect, it, vi } from 'vitest';
import { FileCache } from '../../activities/file-cache.ts';
import { showFiles } from '../../activities/show-files.ts';
import { stepWithFiles } from '../../activities/step-with-files.ts';
import type { Attachment } from '../../contract/message.ts';
import { textOf, type UserEntry } from '../../contract/transcript.ts';
import { ModelNotConfigured, resolveModel } from '../../models/resolve-model.ts';
import { fileKey, type ShownFiles } from '../../models/shown-files.ts';
import type { StepRequest, StepResult } from '../../models/stream-step.ts';
import { AttachmentUnavailable, type FileContent, type Platform } from '../../platforms/platform.ts';
import { FakeModel } from '../fakes/model-server.ts';
import { PDF, PNG, user } from '../models/entries.ts';

const MB = 1024 * 1024;
/** A picture of this size. */
const picture = (bytes: number) => Buffer.concat([PNG, Buffer.alloc(bytes - PNG.length)]);
const photo = (ref: string): Attachment => ({ kind: 'image', ref });
const file = (name: string, rest: Partial<Attachment> = {}): Attachment => ({
  kind: 'file',
  ref: name,
  name,
  ...rest,
});

/** A platform that has files by their references. */
function platformWith(files: Record<string, Uint8Array | (() => Uint8Array)>) {
  const fetched: string[] = [];
  const platform = {
    name: 'stage',
    inbound: {
      async fetchAttachment({ ref }: Attachment): Promise<FileContent> {
        fetched.push(ref);
        const found = files[ref];
        if (!found) throw new AttachmentUnavailable('it was deleted');
        return {
          bytes: typeof found === 'function' ? found() : found,
          mediaType: 'application/octet-stream',
        };
      },
    },
  } as unknown as Platform;
  return { platform, fetched };
}

const signal = new AbortController().signal;

describe('what the model is shown of attachments', () => {
  it('pictures and PDFs by what their bytes are, text as text, and nothing else is even fetched', async () => {
    const entry = user('', {
      attachments: [
        photo('photo'),
        file('paper', { mediaType: 'application/pdf' }),
        file('data.csv', { mediaType: 'application/octet-stream' }),
        file('report.docx'),
        { kind: 'video', ref: 'video' },
        { kind: 'audio', ref: 'voice' },
        file('fake.png'),
        file('binary.txt'),
      ],
    });
    const { platform, fetched } = platformWith({
      photo: PNG,
      paper: PDF,
      'data.csv': Buffer.from('a,b\n1,2\n'),
      'fake.png': Buffer.from('<html>'),
      'binary.txt': Buffer.from([1, 0, 2]),
    });
    const shown = await showFiles([entry], { platformOf: () => platform, cache: new FileCache(), signal });
    expect(Array.from({ length: 8 }, (_, index) => shown.get(fileKey(entry, index)))).toEqual([
      { bytes: PNG, mediaType: 'image/png' },
      { bytes: PDF, mediaType: 'application/pdf' },
      { text: 'a,b\n1,2', cut: false },
      undefined,
      undefined,
      undefined,
      { note: 'cannot be read here' },
      { note: 'it is not text' },
    ]);
    expect(fetched).not.toContain('report.docx');
    expect(fetched).not.toContain('voice');
  });

  it('cuts a long text, never inside a character', async () => {
    const entry = user('', { attachments: [file('long.txt')] });
    const { platform } = platformWith({ 'long.txt': Buffer.from(`x${'é'.repeat(100_000)}`) });
    const shown = await showFiles([entry], { platformOf: () => platform, cache: new FileCache(), signal });
    expect(shown.get(fileKey(entry, 0))).toEqual({ text: `x${'é'.repeat(51_199)}`, cut: true });
  });

  it('the newest as far as a request may carry, and nothing older', async () => {
    const entries = ['a', 'b', 'c', 'd'].map((ref) => user('', { attachments: [photo(ref)] }));
    const { platform, fetched } = platformWith({
      a: picture(1000),
      b: picture(7 * MB),
      c: picture(7 * MB),
      d: picture(7 * MB),
    });
    const shown = await showFiles(entries, { platformOf: () => platform, cache: new FileCache(), signal });
    const notes = entries.map((entry) => {
      const one = shown.get(fileKey(entry, 0));
      return one && 'note' in one ? one.note : 'shown';
    });
    expect(notes).toEqual(['no longer shown', 'no longer shown', 'shown', 'shown']);
    expect(fetched).not.toContain('a');
  });

  it('no more files than a provider takes', async () => {
    const entries = Array.from({ length: 60 }, (_, n) => user('', { attachments: [photo(`p${n}`)] }));
    const { platform, fetched } = platformWith(
      Object.fromEntries(entries.map((_, n) => [`p${n}`, PNG] as const)),
    );
    const shown = await showFiles(entries, { platformOf: () => platform, cache: new FileCache(), signal });
    expect([...shown.values()].filter((one) => 'bytes' in one)).toHaveLength(40);
    expect(fetched.at(-1)).toBe('p20');
    expect(shown.get(fileKey(entries[19] as UserEntry, 0))).toEqual({ note: 'no longer shown' });
  });

  it('what can be fetched in time: a platform that hangs costs two messages at most', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const entries = ['a', 'b', 'c'].map((ref) => user('', { attachments: [photo(ref)] }));
    const slow = () => {
      vi.advanceTimersByTime(20_000);
      return PNG;
    };
    const { platform, fetched } = platformWith({ a: slow, b: slow, c: slow });
    const shown = await showFiles(entries, { platformOf: () => platform, cache: new FileCache(), signal });
    vi.useRealTimers();
    expect(fetched).toEqual(['c', 'b']);
    expect(shown.get(fileKey(entries[0] as UserEntry, 0))).toEqual({
      note: 'it could not be fetched in time',
    });
  });

  it('fetches once for all steps, within its room', async () => {
    const cache = new FileCache(10_000);
    const entries = [user('', { attachments: [photo('a')] }), user('', { attachments: [photo('b')] })];
    const { platform, fetched } = platformWith({ a: picture(6_000), b: picture(3_000) });
    for (let step = 0; step < 3; step += 1)
      await showFiles(entries, { platformOf: () => platform, cache, signal });
    expect(fetched).toEqual(['b', 'a']);
    // There is no room for all three: the least used goes.
    cache.set('another', { bytes: picture(5_000), mediaType: 'image/png' }, 1_000);
    await showFiles(entries.slice(0, 1), { platformOf: () => platform, cache, signal });
    expect(fetched).toEqual(['b', 'a', 'a']);
  });

  it('a word on what is gone, and on what cannot be fetched after two more tries', async () => {
    let tries = 0;
    const entry = user('', { attachments: [photo('gone'), photo('late'), photo('never')] });
    const { platform, fetched } = platformWith({
      late() {
        tries += 1;
        if (tries < 3) throw new Error('503');
        return PNG;
      },
      never() {
        throw new Error('secret-url answered 503');
      },
    });
    const shown = await showFiles([entry], { platformOf: () => platform, cache: new FileCache(), signal });
    expect([0, 1, 2].map((index) => shown.get(fileKey(entry, index)))).toEqual([
      { note: 'it was deleted' },
      { bytes: PNG, mediaType: 'image/png' },
      { note: 'it could not be fetched' },
    ]);
    expect(fetched.filter((ref) => ref === 'never')).toHaveLength(3);
    expect(fetched.filter((ref) => ref === 'gone')).toHaveLength(1);
  });

  it('leaves a platform in peace after trouble, and asks it again a minute later', async () => {
    const cache = new FileCache();
    const entry = user('', { attachments: [photo('a'), photo('gone')] });
    let broken = true;
    const { platform, fetched } = platformWith({
      a() {
        if (broken) throw new Error('503');
        return PNG;
      },
    });
    await showFiles([entry], { platformOf: () => platform, cache, signal });
    broken = false;
    fetched.length = 0;
    await showFiles([entry], { platformOf: () => platform, cache, signal });
    expect(fetched).toEqual([]);
    const now = performance.now();
    vi.useFakeTimers({ toFake: ['performance'] });
    vi.advanceTimersByTime(now + 61_000);
    const shown = await showFiles([entry], { platformOf: () => platform, cache, signal });
    vi.useRealTimers();
    expect(fetched).toEqual(['a']);
    expect(shown.get(fileKey(entry, 0))).toMatchObject({ mediaType: 'image/png' });
  });

  it('nothing where the platform has no files; and stops when the turn is stopped', async () => {
    const entry = user('', { attachments: [photo('a')] });
    const shown = await showFiles([entry], { platformOf: () => undefined, cache: new FileCache(), signal });
    expect(shown.get(fileKey(entry, 0))).toEqual({ note: 'cannot be read here' });
    const stop = new AbortController();
    const { platform } = platformWith({
      a() {
        stop.abort(new Error('stopped'));
        throw new Error('cut');
      },
    });
    await expect(
      showFiles([entry], { platformOf: () => platform, cache: new FileCache(), signal: stop.signal }),
    ).rejects.toThrow('stopped');
  });
});

describe('a model step with files', () => {
  const result: StepResult = {
    content: [],
    calls: [],
    usage: { inputTokens: 1, outputTokens: 1 },
    finishReason: 'stop',
  };
  const files: ShownFiles = new Map([
    ['1.0', { bytes: PNG, mediaType: 'image/png' }],
    ['1.1', { text: 'a,b', cut: false }],
  ]);
  const refused = new ModelNotConfigured('invalid image');
  const request = (rest: object = {}) =>
    ({ files, signal, attempt: 1, onText: () => {}, ...rest }) as unknown as Parameters<
      typeof stepWithFiles
    >[0];

  it('is asked once more with notes in place of pictures, when it is refused', async () => {
    const asked: (ShownFiles | undefined)[] = [];
    const step = async ({ files: carried }: StepRequest) => {
      asked.push(carried);
      if (asked.length === 1) throw refused;
      return result;
    };
    expect(await stepWithFiles(request(), step)).toBe(result);
    expect(asked).toEqual([
      files,
      new Map<string, unknown>([
        ['1.0', { note: 'the model did not take it' }],
        ['1.1', { text: 'a,b', cut: false }],
      ]),
    ]);
  });

  it('does without pictures when one attempt after another fails: a server may break on what it cannot read', async () => {
    const carried: boolean[] = [];
    const step = async ({ files: sent = new Map() }: StepRequest) => {
      carried.push([...sent.values()].some((one) => 'bytes' in one));
      if (carried.at(-1)) throw new Error('500');
      return result;
    };
    await expect(stepWithFiles(request({ attempt: 3 }), step)).rejects.toThrow('500');
    expect(await stepWithFiles(request({ attempt: 4 }), step)).toBe(result);
    expect(carried).toEqual([true, true, false]);
  });

  it('comes through a real refusal of a broken picture', async () => {
    const fake = await FakeModel.start();
    const entry = user('what is it?', { attachments: [photo('broken')] });
    const broken = Buffer.from('not a picture');
    const { content } = await stepWithFiles({
      model: await resolveModel('openai/m', { OPENAI_API_KEY: fake.key, OPENAI_BASE_URL: `${fake.url}/v1` }),
      entries: [entry],
      files: new Map([[fileKey(entry, 0), { bytes: broken, mediaType: 'image/png' }]]),
      tools: [],
      attempt: 1,
      signal,
      onText: () => {},
    });
    await fake.close();
    expect(fake.refused).toEqual(['the data is not image/png']);
    expect(textOf(content)).toBe('reply to: what is it?\n\n[image: the model did not take it]');
  });

  it.each<[string, object, Error, string]>([
    ['it carried none', { files: new Map([['1.1', { text: 'a,b', cut: false }]]) }, refused, ''],
    ['the provider is only busy', {}, new Error('503'), ''],
    ['it had begun to answer', {}, refused, 'so'],
  ])('is not asked again when %s', async (_, rest, error, said) => {
    let asked = 0;
    const step = async ({ onText }: StepRequest) => {
      asked += 1;
      if (said) onText(said);
      throw error;
    };
    await expect(stepWithFiles(request(rest), step)).rejects.toBe(error);
    expect(asked).toBe(1);
  });
});
