import {
  type Button,
  MAX_BUTTON_LABEL,
  MAX_BUTTON_VALUE,
  MAX_BUTTONS,
  MAX_FILE_URL,
  MAX_FILES,
  MAX_INLINE_FILES,
  type OutgoingFile,
} from '../contract/delivery.ts';
import { type AttachedFile, ToolError } from '../tools/tool.ts';

const LONGEST_NAME = 200;
const MEDIA_TYPE = /^[a-z0-9][\w.+-]*\/[a-z0-9][\w.+-]*$/i;

/** Collects what one run of a tool gives for the reply. Its methods throw a {@link ToolError} that says the fix. */
export class CollectedExtras {
  readonly #files: OutgoingFile[] = [];
  #inlineBytes = 0;
  #buttons: Button[] | undefined;

  attach({ name, mediaType, data }: AttachedFile): void {
    if (this.#files.length >= MAX_FILES)
      throw new ToolError(`attach ${MAX_FILES} files at most, or pack them into one`);
    if (name.trim() === '' || name.length > LONGEST_NAME || /[/\\\p{Cc}]/u.test(name))
      throw new ToolError(`give the file a name of at most ${LONGEST_NAME} characters, without a path`);
    if (!MEDIA_TYPE.test(mediaType)) throw new ToolError('give the media type of the file, such as text/csv');
    const url = typeof data === 'string' ? checkedUrl(data) : this.#inline(mediaType, data);
    this.#files.push({ name, mediaType, url });
  }

  offer(buttons: readonly Button[]): void {
    if (buttons.length === 0 || buttons.length > MAX_BUTTONS)
      throw new ToolError(`offer 1 to ${MAX_BUTTONS} buttons`);
    for (const { label, value } of buttons) {
      if (label.trim() === '' || Array.from(label).length > MAX_BUTTON_LABEL)
        throw new ToolError(`"${label}": a button's label has 1 to ${MAX_BUTTON_LABEL} characters`);
      if (value.trim() === '' || Buffer.byteLength(value) > MAX_BUTTON_VALUE)
        throw new ToolError(`"${label}": a button's value has 1 to ${MAX_BUTTON_VALUE} bytes`);
    }
    this.#buttons = buttons.map(({ label, value }) => ({ label, value }));
  }

  get all(): { files?: OutgoingFile[]; buttons?: Button[] } {
    return {
      ...(this.#files.length > 0 ? { files: this.#files } : {}),
      ...(this.#buttons ? { buttons: this.#buttons } : {}),
    };
  }

  #inline(mediaType: string, bytes: Uint8Array): string {
    if (bytes.length === 0) throw new ToolError('the file is empty');
    this.#inlineBytes += bytes.length;
    if (this.#inlineBytes > MAX_INLINE_FILES)
      throw new ToolError(
        `files may have ${MAX_INLINE_FILES / 1024} KB together; put a larger one somewhere and give its https address`,
      );
    return `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`;
  }
}

function checkedUrl(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const fits = url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  if (!fits || url.href.length > MAX_FILE_URL)
    throw new ToolError(
      `data must be bytes, or an https address of at most ${MAX_FILE_URL} characters without a password`,
    );
  return url.href;
}
