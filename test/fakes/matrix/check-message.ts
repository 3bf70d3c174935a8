import { FILE, INFO, RELATED, TEXT, wrongField } from './fields.ts';
import { shownOf } from './html.ts';
import { MatrixError } from './matrix-error.ts';
import { type FakeRoom, relationOf } from './room.ts';

type Content = Record<string, unknown>;

/** An event has 65,536 bytes, of which the homeserver needs some for its own fields. */
const LARGEST_CONTENT = 65_536 - 2_000;
const FILES = new Set(['m.image', 'm.audio', 'm.video', 'm.file']);

/**
 * Throws for a message that a homeserver refuses, and also for one that it would take and nobody could show: fields
 * that the specification does not have, or HTML that clients leave out.
 */
export function checkMessage(room: FakeRoom, content: Content, hasMedia: (uri: string) => boolean): void {
  if (Buffer.byteLength(JSON.stringify(content)) > LARGEST_CONTENT)
    throw new MatrixError(413, 'M_TOO_LARGE', 'event too large');
  checkFields(content, hasMedia);
  const { rel_type: type, event_id: target } = relationOf(content);
  if ((type === 'm.replace') !== 'm.new_content' in content) throw wrong('m.new_content');
  if (type !== undefined && !room.find(target)) throw wrong(`m.relates_to ${target}`);
  if (type === 'm.thread' && relationOf(room.find(target)?.content ?? {}).rel_type !== undefined)
    throw new MatrixError(400, 'M_UNKNOWN', 'Cannot start threads from an event with a relation');
  if (type !== 'm.replace') return;
  const edited = content['m.new_content'] as Content;
  if ('m.relates_to' in edited || 'm.new_content' in edited) throw wrong('m.new_content');
  checkFields(edited, hasMedia);
}

function checkFields(content: Content, hasMedia: (uri: string) => boolean): void {
  const isFile = FILES.has(String(content.msgtype));
  const field = wrongField({ ...(isFile ? FILE : TEXT), ...RELATED }, content);
  if (field !== undefined) throw wrong(field);
  if (isFile && (wrongField(INFO, (content.info ?? {}) as Content) || !hasMedia(String(content.url))))
    throw wrong('info, url');
  if (!isFile && content.msgtype !== 'm.text') throw wrong('msgtype');
  if (typeof content.body !== 'string' || content.body.trim() === '') throw wrong('body');
  if ((content.format === undefined) !== (content.formatted_body === undefined)) throw wrong('format');
  if (content.formatted_body === undefined) return;
  if (typeof content.formatted_body !== 'string') throw wrong('formatted_body');
  try {
    shownOf(content.formatted_body);
  } catch (error) {
    throw wrong(`formatted_body: ${String(error)}`);
  }
}

function wrong(what: string): MatrixError {
  return new MatrixError(400, 'M_BAD_JSON', what);
}
