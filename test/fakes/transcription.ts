import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { BadRequest, require } from './model-dialects/dialect.ts';

/** A recording that came to be transcribed. */
export interface FakeRecording {
  model: string;
  /** File name, whose extension says the format. */
  name: string;
  bytes: Buffer;
}

const FIELDS = new Set(
  'model file response_format language prompt temperature timestamp_granularities[] include[]'.split(' '),
);
const FORMATS = new Set('flac mp3 mp4 mpeg mpga m4a ogg wav webm'.split(' '));
const ANSWERS = new Set(['json', 'verbose_json']);
const LARGEST = 25 * 1024 * 1024;

/** Reads a request to `/v1/audio/transcriptions`. Throws {@link BadRequest} for what OpenAI refuses. */
export async function readRecording(request: IncomingMessage): Promise<FakeRecording & { verbose: boolean }> {
  const type = request.headers['content-type'] ?? '';
  require(type.startsWith('multipart/form-data'), 'the body must be multipart/form-data');
  const form = await new Response(await buffer(request), { headers: { 'content-type': type } }).formData();
  for (const field of form.keys()) require(FIELDS.has(field), `Unrecognized request argument: ${field}`);
  const [model, file, format] = ['model', 'file', 'response_format'].map((name) => form.get(name));
  require(typeof model === 'string' && model, 'you must provide a model parameter');
  require(file instanceof File, "Missing required parameter: 'file'");
  require(FORMATS.has(file.name.split('.').at(-1) ?? ''), `Invalid file format: ${file.name}`);
  const known = format === null || (typeof format === 'string' && ANSWERS.has(format));
  require(known, 'this server answers in json and verbose_json only');
  const verbose = format === 'verbose_json';
  require(verbose || !form.has('timestamp_granularities[]'), 'timestamps need verbose_json');
  if (file.size > LARGEST) throw new BadRequest('Maximum content size limit exceeded', 413);
  const bytes = Buffer.from(await file.arrayBuffer());
  require(bytes.length > 100 || bytes.toString('latin1').startsWith('OggS'), 'Audio file is too short');
  return { model, name: file.name, bytes, verbose };
}

/** The answer with the words of a recording: models that give no segments count tokens, the others seconds. */
export function transcription(text: string, verbose: boolean): object {
  if (!verbose)
    return { text, usage: { type: 'tokens', input_tokens: 14, output_tokens: 5, total_tokens: 19 } };
  const segment = { id: 0, seek: 0, start: 0, end: 1.5, text, tokens: [], temperature: 0 };
  const scores = { avg_logprob: -0.2, compression_ratio: 1, no_speech_prob: 0 };
  return {
    task: 'transcribe',
    language: 'english',
    duration: 1.5,
    text,
    segments: [{ ...segment, ...scores }],
    usage: { type: 'duration', seconds: 2 },
  };
}
