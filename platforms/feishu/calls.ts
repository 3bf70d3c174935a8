/** In cards and texts these call people, `<at id=all>` everyone. */
const CALL = /<(?=\/?(?:at|person)\b)/gi;

/** Text that calls nobody: an invisible space behind the bracket ends it. */
export function withoutCalls(text: string): string {
  return text.replaceAll(CALL, '<\u200b');
}
