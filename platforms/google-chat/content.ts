import { type Attachment, MAX_ATTACHMENTS, MAX_REF } from '../../contract/message.ts';
import { kindOf } from '../media-kind.ts';
import { acceptQuote } from '../webhook-body.ts';
import type { ChatMessage } from './event.ts';

type ChatAttachment = NonNullable<ChatMessage['attachment']>[number];

/** What a message says: its text, or notes of what we cannot fetch. */
export function textOf(message: ChatMessage): string {
  const said = commandOf(message) ?? message.argumentText?.trim();
  // A mention and nothing else is still a word to us.
  const text = said || (hasFiles(message) ? '' : (message.text?.trim() ?? ''));
  return [text, ...notesOf(message)].filter((line) => line !== '').join('\n');
}

/** `/status now`: Google takes the command's name out of the text that is meant for us. */
function commandOf({ annotations = [], argumentText = '' }: ChatMessage): string | undefined {
  const name = annotations.find(({ slashCommand }) => slashCommand?.commandName)?.slashCommand?.commandName;
  if (name === undefined) return undefined;
  return `${name.startsWith('/') ? name : `/${name}`} ${argumentText.trim()}`.trim();
}

/** Uploaded files. */
export function attachmentsOf({ attachment = [] }: ChatMessage): Attachment[] {
  return attachment
    .flatMap((one): Attachment[] => {
      const ref = refOf(one);
      if (ref === undefined) return [];
      const { contentType: mediaType, contentName: name } = one;
      return [{ kind: kindOf(mediaType), ref, ...(mediaType && { mediaType }), ...(name && { name }) }];
    })
    .slice(0, MAX_ATTACHMENTS);
}

export function quoteOf({ quotedMessageMetadata }: ChatMessage): string | undefined {
  const quote = quotedMessageMetadata?.quotedMessageSnapshot?.text;
  return quote === undefined ? undefined : acceptQuote(quote);
}

/** Files in Drive are the person's own: the app may not read them. */
function notesOf({ attachment = [], attachedGifs = [] }: ChatMessage): string[] {
  const files = attachment
    .filter((one) => refOf(one) === undefined)
    .map(
      ({ contentName = 'file', driveDataRef }) => `[${driveDataRef ? 'Drive file' : 'file'}: ${contentName}]`,
    );
  return [...files, ...attachedGifs.map(({ uri }) => (uri ? `[GIF: ${uri}]` : '[GIF]'))];
}

function refOf({ attachmentDataRef }: ChatAttachment): string | undefined {
  const ref = attachmentDataRef?.resourceName;
  return ref !== undefined && ref.length <= MAX_REF ? ref : undefined;
}

function hasFiles({ attachment = [], attachedGifs = [] }: ChatMessage): boolean {
  return attachment.length + attachedGifs.length > 0;
}
