import { type Dialect, PLAIN, renderDialect } from '../text/dialect.ts';

/** WhatsApp's markup has no escapes, and takes none that touches a space on its inside. */
const DIALECT: Dialect = {
  ...PLAIN,
  bold: (content) => around('*', content),
  italic: (content) => around('_', content),
  strike: (content) => around('~', content),
  code: (code) => (code.includes('`') ? code : around('`', code)),
  codeBlock: (code) => (code.includes('```') ? code : `\`\`\`\n${code}\n\`\`\``),
  heading: (content) => around('*', content.replaceAll('*', '')),
};

function around(mark: string, content: string): string {
  const trimmed = content.trim();
  return trimmed === '' || trimmed.includes(mark)
    ? content
    : content.replace(trimmed, () => mark + trimmed + mark);
}

/** Markdown as WhatsApp shows it. */
export function renderWhatsApp(text: string): string {
  return renderDialect(text, DIALECT);
}
