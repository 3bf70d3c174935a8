import type { FilePart, UserContent } from 'ai';
import type { Attachment, Internal } from '../contract/message.ts';
import type { UserEntry, VoiceTranscript } from '../contract/transcript.ts';
import { describeFile, fileKey, type ShownFile, type ShownFiles } from './shown-files.ts';

/** A user's message as the model sees it: its words, a line for each attachment, and the files that it can be shown. */
export function userContent(entry: UserEntry, named: boolean, files: ShownFiles): UserContent {
  const { sender, edited, quote, internal, attachments = [] } = entry;
  // What holdfast itself says is not what that person says.
  const name =
    named && sender && !internal ? `${(sender.name || sender.id).replace(/\s+/g, ' ').slice(0, 64)}: ` : '';
  const quoted = quote?.replace(/^/gm, '> ');
  const shown = attachments.map((attachment, index) => ({
    attachment,
    file: files.get(fileKey(entry, index)),
  }));
  const lines = [...dueNote(internal), entry.text, ...notes(shown, entry.transcripts)].filter(
    (line) => line !== '',
  );
  const words = lines.join('\n\n') || '(no text)';
  const text = `${name}${edited ? '(edited) ' : ''}${quoted ? `\n${quoted}\n\n` : ''}${words}`.trimStart();
  const parts = shown.flatMap(({ attachment, file }) => filePart(attachment, file));
  return parts.length === 0 ? text : [{ type: 'text', text }, ...parts];
}

/** What is due says that nobody wrote it just now. */
export const DUE_NOTE = /^\[Not written just now: [^\]]*\]\s*/;

function dueNote(internal: Internal | undefined): string[] {
  if (internal?.kind !== 'schedule') return [];
  const { id, when, late } = internal;
  const told = late === undefined ? '' : ` It is told so: ${late}. The user reads that under your answer.`;
  return [
    `[Not written just now: this is the schedule ${id}, due ${when}.${told} Do what it says, and tell the user.]`,
  ];
}

interface Shown {
  attachment: Attachment;
  file: ShownFile | undefined;
}

function notes(shown: Shown[], transcripts: VoiceTranscript[] = []): string[] {
  const voices = shown.filter(({ attachment }) => attachment.kind === 'audio');
  return shown.map((one) =>
    one.attachment.kind === 'audio' ? voiceNote(transcripts[voices.indexOf(one)]) : fileNote(one),
  );
}

function voiceNote(transcript: VoiceTranscript | undefined): string {
  if (transcript && 'text' in transcript) return `[voice message: "${transcript.text}"]`;
  return `[voice message: ${transcript?.reason ?? 'it was not transcribed'}]`;
}

function fileNote({ attachment, file }: Shown): string {
  const what = describeFile(attachment);
  if (!file) return `[${what}: cannot be read here]`;
  if ('note' in file) return `[${what}: ${file.note}]`;
  if ('bytes' in file) return `[${what}]`;
  // What a file says must not pass for the words of who sent it.
  const text = file.text.replaceAll('[end of the file', '[ end of the file');
  return `[${what}]\n${text}\n[end of the file${file.cut ? ', which is cut here: it is longer' : ''}]`;
}

function filePart({ name }: Attachment, file: ShownFile | undefined): FilePart[] {
  if (!file || !('bytes' in file)) return [];
  const { bytes, mediaType } = file;
  return [{ type: 'file', data: bytes, mediaType, ...(name === undefined ? {} : { filename: name }) }];
}
