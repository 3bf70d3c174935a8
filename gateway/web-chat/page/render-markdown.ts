import DOMPurify from 'dompurify';
import { Marked } from 'marked';

/** HTML that people write in markdown; all other is shown as the text that it is. */
const WRITTEN = /&lt;(\/?(?:b|br|del|details|em|hr|i|kbd|s|strong|sub|summary|sup|u)\s*\/?)&gt;/gi;

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }) => escaped(text).replace(WRITTEN, '<$1>'),
    // A picture from elsewhere would tell its server what was said here: it is offered as a link.
    image({ href, title, text, raw }) {
      const label = text || href;
      return this.link({
        type: 'link',
        href,
        title,
        text,
        raw,
        tokens: [{ type: 'text', raw: label, text: label }],
      });
    },
  },
});

const TAGS =
  'a b blockquote br code del details em h1 h2 h3 h4 h5 h6 hr i input kbd li ol p pre s strong sub summary sup table tbody td th thead tr u ul';

function htmlOf(text: string): string {
  try {
    return marked.parse(text, { async: false });
  } catch {
    // Nested deeper than the stack: it is shown as it was written.
    return `<p>${escaped(text)}</p>`;
  }
}

/** Safe nodes for markdown from a model, which may hold anything. */
export function renderMarkdown(text: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(htmlOf(text), {
    ALLOWED_TAGS: TAGS.split(' '),
    ALLOWED_ATTR: ['href', 'title', 'start', 'align', 'type', 'checked', 'disabled'],
    ALLOW_DATA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const input of fragment.querySelectorAll('input'))
    if (input.type === 'checkbox') input.disabled = true;
    else input.remove();
  for (const link of fragment.querySelectorAll('a[href]')) {
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer');
  }
  // The clipboard is there on https and on this machine only.
  if (navigator.clipboard) for (const block of fragment.querySelectorAll('pre')) addCopyButton(block);
  return fragment;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function addCopyButton(block: HTMLPreElement): void {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.addEventListener('click', () => void copy());
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(block.innerText.trimEnd());
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = 'Copy'), 1_500);
  }
  const frame = document.createElement('div');
  frame.className = 'code';
  block.replaceWith(frame);
  frame.append(block, button);
}
