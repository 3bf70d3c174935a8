import { useLayoutEffect, useRef } from 'preact/hooks';
import { renderMarkdown } from './render-markdown.ts';

/** Markdown that may still grow: blocks that did not change stay as they are, with the reader's selection in them. */
export function Markdown({ text }: { text: string }) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (element.current) update(element.current, [...renderMarkdown(text).childNodes]);
  }, [text]);
  return <div class="markdown" ref={element} />;
}

function update(element: HTMLElement, nodes: ChildNode[]): void {
  const changed = nodes.findIndex((node, index) => !element.childNodes[index]?.isEqualNode(node));
  const kept = changed < 0 ? nodes.length : changed;
  while (element.childNodes.length > kept) element.lastChild?.remove();
  element.append(...nodes.slice(kept));
}
