import { describe, expect, it } from 'vitest';
import type { McpServer } from '../../../tools/mcp/config.ts';
import type { ListedTool } from '../../../tools/mcp/list-tools.ts';
import { policyOf } from '../../../tools/mcp/policy.ts';

const policy = (annotations: ListedTool['annotations'], server: Partial<McpServer> = {}, name = 'a') =>
  policyOf({ name, annotations }, { command: 'x', ...server } as McpServer);

describe('how calls of an MCP tool are run', () => {
  it.each<[ListedTool['annotations'], object]>([
    [undefined, { effect: 'once', approval: 'ask', timeoutMs: 60_000, hidden: false }],
    [{}, { effect: 'once', approval: 'ask' }],
    [{ readOnlyHint: true }, { effect: 'read', approval: 'never' }],
    [
      { readOnlyHint: true, destructiveHint: true },
      { effect: 'read', approval: 'never' },
    ],
    [{ idempotentHint: true }, { effect: 'idempotent', approval: 'ask' }],
    [
      { idempotentHint: true, destructiveHint: false },
      { effect: 'idempotent', approval: 'never' },
    ],
    [{ destructiveHint: false }, { effect: 'once', approval: 'never' }],
    [{ destructiveHint: true }, { effect: 'once', approval: 'ask' }],
  ])('is, by its annotations %j, %j', (annotations, expected) => {
    expect(policy(annotations)).toMatchObject(expected);
  });

  it('is what the config says of the tool, then of the server, before what the server says', () => {
    const server: Partial<McpServer> = {
      effect: 'once',
      approval: 'ask',
      timeoutMs: 5,
      tools: { a: { effect: 'idempotent', hidden: true }, b: { approval: 'never', timeoutMs: 6 } },
    };
    const readOnly = { readOnlyHint: true };
    expect(policy(readOnly, server, 'c')).toEqual({
      effect: 'once',
      approval: 'ask',
      timeoutMs: 5,
      hidden: false,
    });
    expect(policy(readOnly, server, 'a')).toMatchObject({ effect: 'idempotent', hidden: true });
    expect(policy(readOnly, server, 'b')).toMatchObject({ effect: 'once', approval: 'never', timeoutMs: 6 });
  });

  it('asks for what the config takes for an act, although the server says that it only reads', () => {
    expect(policy({ readOnlyHint: true }, { effect: 'once' })).toMatchObject({ approval: 'ask' });
    expect(policy(undefined, { effect: 'read' })).toMatchObject({ approval: 'never' });
  });

  it('takes nothing from the names that every object has', () => {
    expect(policy(undefined, { tools: {} }, 'constructor')).toMatchObject({
      effect: 'once',
      approval: 'ask',
    });
  });
});
