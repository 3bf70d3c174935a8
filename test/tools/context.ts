import type { ToolContext } from '../../tools/tool.ts';

/** What a tool gets to know of its call, in a test. */
export function toolContext(rest: Partial<ToolContext> = {}): ToolContext {
  return {
    idempotencyKey: 'key',
    conversation: 'web/test',
    signal: new AbortController().signal,
    progress: () => {},
    attach: () => {},
    offer: () => {},
    ...rest,
  };
}
