import type { Rule } from './wanted-calls.ts';

/** ``run `ls -la` ``, `run: ls | wc -l`, `read file notes.txt`, `write file notes.txt saying hello`, `list files in src`. */
export const workspaceCalls: Rule = (text, want) =>
  text
    .replace(/\brun(?:\s*:\s*(.+)|\s+`([^`]+)`)/i, (_match, line?: string, quoted?: string) => {
      want('shell', { command: (line ?? quoted ?? '').trim() });
      return ' ';
    })
    .replace(
      /\bwrite\s+(?:a\s+|the\s+)?file\s+(\S+)\s+(?:with|saying|containing)\b:?\s*([^]+)/i,
      (_match, path: string, content: string) => {
        want('write_file', { path, content });
        return ' ';
      },
    )
    .replace(/\bread\s+(?:the\s+)?file\s+(\S+)/i, (_match, path: string) => {
      want('read_file', { path: withoutStop(path) });
      return ' ';
    })
    .replace(/\blist\s+(?:the\s+|all\s+)?files\b(?:\s+in\s+(\S+))?/i, (_match, path?: string) => {
      want('list_files', path === undefined ? {} : { path: withoutStop(path) });
      return ' ';
    });

/** A path at the end of a sentence. */
function withoutStop(path: string): string {
  return path.replace(/(?<=.)[.,;:!?]+$/, '');
}
