import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { type ApiAnswer, type ApiRequest, FakeApi } from '../fake-api.ts';
import type { FakeFile } from '../rig.ts';
import { type MessageRequest, messageRequest, readRequest, UPLOADS } from './messages.ts';

export interface FakeWhatsAppOptions {
  token: string;
  phoneNumberId: string;
}

/** A message of the business, as it is seen. */
export interface ShownMessage {
  id: string;
  text: string;
  /** Labels of its buttons, and what they send. */
  buttons: { label: string; value: string }[];
  request: MessageRequest;
  file?: FakeFile;
}

/** Cloud API errors by their code. */
class GraphError extends Error {
  readonly status: number;
  readonly code: number;
  constructor(status: number, code: number, message: string) {
    super(`(#${code}) ${message}`);
    this.status = status;
    this.code = code;
  }
}

export function errorAnswer(status: number, code: number, message: string): ApiAnswer {
  const error = { message, type: 'OAuthException', code, fbtrace_id: 'AbC' };
  return {
    status,
    body: { error: { ...error, error_data: { messaging_product: 'whatsapp', details: message } } },
  };
}

/** The Cloud API of one business phone number: refuses what the real one refuses, and about fields stricter. */
export class FakeWhatsApp {
  readonly api: FakeApi;
  readonly read: string[] = [];
  readonly #options: FakeWhatsAppOptions;
  readonly #chats = new Map<string, ShownMessage[]>();
  readonly #heard = new Set<string>();
  readonly #media = new Map<string, FakeFile>();
  /** People who wrote in the last 24 hours, and groups. */
  readonly #open = new Set<string>();
  #ids = 0;

  static async start(options: FakeWhatsAppOptions): Promise<FakeWhatsApp> {
    let fake: FakeWhatsApp | undefined;
    const api = await FakeApi.start((request) => fake?.act(request) ?? { status: 503 });
    fake = new FakeWhatsApp(options, api);
    return fake;
  }

  private constructor(options: FakeWhatsAppOptions, api: FakeApi) {
    this.#options = options;
    this.api = api;
  }

  /** Somebody writes: their 24 hours begin. Returns the id of the message. */
  hear(chat: string): string {
    const id = this.#newId('wamid.in');
    this.#heard.add(id);
    this.#open.add(chat);
    return id;
  }

  /** The 24 hours are over. */
  closeWindow(chat: string): void {
    this.#open.delete(chat);
  }

  shown(chat: string): ShownMessage[] {
    return this.#chats.get(chat) ?? [];
  }

  /** A file that somebody sends: its id, and what a webhook tells of it. */
  addMedia(file: FakeFile): { id: string; mime_type: string; sha256: string } {
    const id = this.#newMediaId();
    this.#media.set(id, file);
    return { id, mime_type: file.mediaType, sha256: sha256(file) };
  }

  async act(request: ApiRequest): Promise<ApiAnswer> {
    try {
      return { status: 200, body: await this.#answer(request) };
    } catch (error) {
      if (error instanceof GraphError) return errorAnswer(error.status, error.code, error.message);
      throw error;
    }
  }

  #answer(request: ApiRequest): unknown {
    const { method, path, headers } = request;
    const [, fileId] = /^\/media-files\/(\d+)$/.exec(path) ?? [];
    if (headers.authorization !== `Bearer ${this.#options.token}`)
      throw new GraphError(401, 190, 'Invalid OAuth access token');
    if (fileId !== undefined) return this.#mediaOf(fileId).bytes;
    const [, id = '', edge] = /^\/v\d+\.0\/(\d+)(?:\/(\w+))?$/.exec(path) ?? [];
    const ofNumber = id === this.#options.phoneNumberId;
    if (ofNumber && edge === 'messages' && method === 'POST') return this.#message(request);
    if (ofNumber && edge === 'media' && method === 'POST') return this.#upload(request);
    if (edge === undefined && method === 'GET') return this.#whereIs(id, request);
    throw new GraphError(400, 100, `Unsupported ${method} request of ${path}`);
  }

  #message({ headers, body }: ApiRequest): unknown {
    if (!headers['content-type']?.startsWith('application/json'))
      throw new GraphError(400, 100, 'The parameter messaging_product is required.');
    const json = JSON.parse(body.toString()) as { status?: unknown };
    if (json.status !== undefined) {
      const { message_id: id } = checked(readRequest, json);
      if (!this.#heard.has(id)) throw new GraphError(400, 131009, 'Parameter value is not valid');
      this.read.push(id);
      return { success: true };
    }
    return this.#show(checked(messageRequest, json));
  }

  #show(request: MessageRequest): unknown {
    const chat = request.to ?? request.recipient ?? '';
    const group = request.recipient_type === 'group';
    if (group && request.type === 'interactive')
      throw new GraphError(400, 131051, 'Unsupported message type');
    if (!this.#open.has(chat)) throw new GraphError(400, group ? 100 : 131047, 'Re-engagement message');
    const answered = request.context?.message_id;
    if (answered !== undefined && !this.#heard.has(answered))
      throw new GraphError(400, 131009, 'Parameter value is not valid: context');
    const file = this.#fileOf(request);
    const message = { id: this.#newId('wamid.out'), ...visible(request), request, ...(file && { file }) };
    this.#chats.set(chat, [...this.shown(chat), message]);
    const contact = request.to === undefined ? { user_id: chat } : { wa_id: chat };
    return {
      messaging_product: 'whatsapp',
      contacts: [{ input: chat, ...contact }],
      messages: [{ id: message.id }],
    };
  }

  #fileOf(request: MessageRequest): FakeFile | undefined {
    const { type } = request;
    if (type === 'text' || type === 'interactive') return undefined;
    const content = request[type as keyof MessageRequest] as unknown as { id: string; filename?: string };
    const uploaded = this.#mediaOf(content.id);
    const fits = type === 'document' || uploaded.mediaType.startsWith(type);
    if (!fits) throw new GraphError(400, 131053, `Media upload error: ${uploaded.mediaType} as ${type}`);
    return uploaded;
  }

  async #upload({ headers, body }: ApiRequest): Promise<unknown> {
    const contentType = headers['content-type'] ?? '';
    if (!contentType.startsWith('multipart/form-data'))
      throw new GraphError(400, 100, 'The parameter file is required.');
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': contentType },
    }).formData();
    const file = form.get('file');
    const type = form.get('type');
    if (form.get('messaging_product') !== 'whatsapp' || !(file instanceof File) || typeof type !== 'string')
      throw new GraphError(400, 100, 'messaging_product, file and type are required.');
    for (const name of form.keys())
      if (!['messaging_product', 'file', 'type'].includes(name))
        throw new GraphError(400, 100, `Unexpected key "${name}"`);
    const most = UPLOADS[type];
    if (most === undefined || file.type !== type)
      throw new GraphError(400, 100, `Param file must be a file of a supported type, not ${type}`);
    if (file.size > most * 1024 * 1024) throw new GraphError(400, 131053, 'Media upload error: too large');
    const id = this.#newMediaId();
    const bytes = new Uint8Array(await file.arrayBuffer());
    this.#media.set(id, { name: file.name, mediaType: type, bytes });
    return { id };
  }

  #whereIs(id: string, { query }: ApiRequest): unknown {
    const file = this.#mediaOf(id);
    if (query.get('phone_number_id') !== this.#options.phoneNumberId)
      throw new GraphError(400, 100, 'Invalid parameter: phone_number_id');
    return {
      messaging_product: 'whatsapp',
      url: `${this.api.url}/media-files/${id}?ext=1795000300&hash=ATx`,
      mime_type: file.mediaType,
      sha256: sha256(file),
      file_size: String(file.bytes.length),
      id,
    };
  }

  #mediaOf(id: string): FakeFile {
    const file = this.#media.get(id);
    if (!file) throw new GraphError(400, 100, `Object with ID '${id}' does not exist`);
    return file;
  }

  #newId(prefix: string): string {
    return `${prefix}.${String(++this.#ids).padStart(6, '0')}`;
  }

  #newMediaId(): string {
    return String(1_037_543_291_543_000 + ++this.#ids);
  }
}

function checked<T>(shape: z.ZodType<T>, json: unknown): T {
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new GraphError(400, 100, `Invalid parameter ${issue?.path.join('.')}: ${issue?.message}`);
}

function visible(request: MessageRequest): Pick<ShownMessage, 'text' | 'buttons'> {
  if (request.type === 'text') return { text: request.text.body, buttons: [] };
  if (request.type !== 'interactive') return { text: '', buttons: [] };
  const { body, action } = request.interactive;
  const choices =
    'buttons' in action
      ? action.buttons.map(({ reply }) => reply)
      : action.sections.flatMap(({ rows }) => rows);
  return { text: body.text, buttons: choices.map(({ id, title }) => ({ label: title, value: id })) };
}

function sha256({ bytes }: FakeFile): string {
  return createHash('sha256').update(bytes).digest('hex');
}
