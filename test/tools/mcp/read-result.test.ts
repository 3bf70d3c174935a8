import { describe, expect, it } from 'vitest';
import { callResult, readResult } from '../../../tools/mcp/read-result.ts';
import { ToolError } from '../../../tools/tool.ts';

const read = (result: object) => readResult(callResult.parse(result), () => {});

describe('the result of an MCP tool', () => {
  it.each<[string, object, string]>([
    ['nothing', {}, ''],
    ['content that is none', { content: 'text' }, ''],
    [
      'a part of a kind to come',
      { content: [{ type: 'hologram' }, { type: 'text', text: 'and text' }] },
      '(content of the type "hologram", which cannot be shown)\nand text',
    ],
    [
      'a part that is broken',
      { content: [{ type: 'image', data: 5 }, null] },
      '(content of the type "image", which cannot be shown)\n(content of the type "unknown", which cannot be shown)',
    ],
    ['data beside text', { content: [{ type: 'text', text: 'a' }], structuredContent: { a: 1 } }, 'a'],
    ['data alone', { structuredContent: { a: 1 } }, '{\n "a": 1\n}'],
  ])('with %s is read as far as it goes, because the tool has acted', (_, result, text) => {
    expect(read(result)).toBe(text);
  });

  it('that is an error is one, with or without words', () => {
    const content = [{ type: 'text', text: 'no such page' }];
    expect(() => read({ content, isError: true })).toThrow(new ToolError('no such page'));
    expect(() => read({ isError: true })).toThrow(new ToolError('the tool failed without a word'));
  });
});
