import type { ApiRequest } from '../fake-api.ts';
import type { FakeFile } from '../rig.ts';
import { FakeTencent, Refusal, readMessage } from '../wechat/tencent.ts';
import { type Card, type Message, SHAPES } from './messages.ts';

const MB = 1024 * 1024;
/** Longest text and markdown, in bytes. */
const MAX_TEXT = 2048;

export interface Company {
  corpId: string;
  agentId: number;
  secret: string;
}

export interface Sent {
  to: string;
  msgtype: Message['msgtype'];
  text?: string;
  card?: Card;
  file?: FakeFile;
}

/** An app of a company at WeCom: what its API takes, and what the members see. */
export class FakeWecom {
  readonly sent: Sent[] = [];
  readonly tencent: FakeTencent;
  /** Repeated messages that were accepted and not shown. */
  swallowed = 0;
  readonly #company: Company;
  readonly #members = new Set<string>();
  readonly #taskIds = new Set<string>();
  /** Ids of messages by their content, and when they are forgotten. */
  readonly #contents = new Map<string, { id: string; until: number }>();

  static async start(company: Company): Promise<FakeWecom> {
    let fake: FakeWecom | undefined;
    const act = (what: (wecom: FakeWecom, request: ApiRequest) => object) => (request: ApiRequest) =>
      fake ? what(fake, request) : {};
    const tencent = await FakeTencent.start({
      unknownToken: 40014,
      media: {
        image: { most: 10 * MB, least: 6, ends: /\.(png|jpe?g)$/i },
        voice: { most: 2 * MB, least: 6, ends: /\.amr$/i },
        video: { most: 10 * MB, least: 6, ends: /\.mp4$/i },
        file: { most: 20 * MB, least: 6 },
      },
      routes: {
        gettoken: {
          method: 'GET',
          open: true,
          query: ['corpid', 'corpsecret'],
          act: act((wecom, request) => wecom.#grant(request)),
        },
        'message/send': { method: 'POST', act: act((wecom, request) => wecom.#send(request)) },
      },
    });
    fake = new FakeWecom(tencent, company);
    return fake;
  }

  private constructor(tencent: FakeTencent, company: Company) {
    this.tencent = tencent;
    this.#company = company;
  }

  /** A member who may use the app. */
  addMember(userId: string): void {
    this.#members.add(userId);
  }

  removeMember(userId: string): void {
    this.#members.delete(userId);
  }

  /** As if four hours had gone by. */
  forgetContents(): void {
    this.#contents.clear();
  }

  #grant({ query }: ApiRequest): object {
    if (query.get('corpid') !== this.#company.corpId) throw new Refusal(40013, 'invalid corpid');
    if (query.get('corpsecret') !== this.#company.secret) throw new Refusal(40001, 'invalid credential');
    return { errcode: 0, errmsg: 'ok', ...this.tencent.grant() };
  }

  #send(request: ApiRequest): object {
    const message = readMessage<Message>(request, SHAPES, 40058);
    if (message.agentid !== this.#company.agentId)
      throw new Refusal(301002, 'not allow operate another agent');
    const to = message.touser ?? '';
    if (!this.#members.has(to)) throw new Refusal(81013, 'user & party & tag all invalid');
    const sent = this.#read(message);
    const known = this.#repeated(message);
    if (known) {
      this.swallowed++;
      return { errcode: 0, errmsg: 'ok', msgid: known };
    }
    if (sent.card) this.#claim(sent.card.task_id);
    this.sent.push({ to, msgtype: message.msgtype, ...sent });
    const msgid = `msgid-${this.sent.length}`;
    this.#remember(message, msgid);
    return { errcode: 0, errmsg: 'ok', msgid, ...(sent.card && { response_code: 'RESPONSE-CODE' }) };
  }

  #read(message: Message): Omit<Sent, 'to' | 'msgtype'> {
    switch (message.msgtype) {
      case 'text':
        if (message.text.content === '') throw new Refusal(44004, 'empty content');
        // Longer text is cut off, and nothing is said of it.
        return { text: firstBytes(message.text.content) };
      case 'markdown':
        if (Buffer.byteLength(message.markdown.content) > MAX_TEXT)
          throw new Refusal(40058, 'markdown.content exceed max length 2048');
        return { text: message.markdown.content };
      case 'template_card':
        return { card: message.template_card };
      default: {
        const id = (message as { [type: string]: unknown } & Message)[message.msgtype] as {
          media_id: string;
        };
        const file = this.tencent.media.get(id.media_id);
        if (file?.type !== message.msgtype) throw new Refusal(40007, 'invalid media_id');
        return { file };
      }
    }
  }

  #claim(taskId: string): void {
    if (this.#taskIds.has(taskId)) throw new Refusal(42014, 'invalid taskid');
    this.#taskIds.add(taskId);
  }

  #repeated(message: Message): string | undefined {
    if (message.enable_duplicate_check !== 1) return undefined;
    const known = this.#contents.get(contentOf(message));
    return known && Date.now() < known.until ? known.id : undefined;
  }

  #remember(message: Message, id: string): void {
    const seconds = message.duplicate_check_interval ?? 1800;
    this.#contents.set(contentOf(message), { id, until: Date.now() + seconds * 1000 });
  }
}

/** What makes two messages the same: all but how they are checked. */
function contentOf({
  enable_duplicate_check: _check,
  duplicate_check_interval: _interval,
  ...content
}: Message): string {
  return JSON.stringify(content);
}

function firstBytes(text: string): string {
  return Buffer.from(text).subarray(0, MAX_TEXT).toString();
}
