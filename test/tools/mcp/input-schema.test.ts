import { describe, expect, it } from 'vitest';
import { readInputSchema } from '../../../tools/mcp/input-schema.ts';

const object = (properties: object, rest: object = {}) => ({ type: 'object', properties, ...rest });

describe('the input schema of an MCP tool', () => {
  it('is shown as it is, and checks; what the model wrote goes on unchanged', () => {
    const schema = object(
      { n: { type: 'integer', description: 'how many' }, unit: { $ref: '#/$defs/unit' } },
      { required: ['n'], $defs: { unit: { enum: ['m', 'km'] } } },
    );
    const { input, shown } = readInputSchema(schema);
    expect(shown).toEqual(schema);
    const written = { n: 1, unit: 'km', more: { a: [] } };
    expect(input.safeParse(written)).toEqual({ success: true, data: written });
    expect(input.safeParse({ n: 1.5 }).error?.issues).toMatchObject([{ path: ['n'] }]);
    expect(input.safeParse({ n: 1, unit: 'mile' }).error?.issues).toMatchObject([{ path: ['unit'] }]);
    expect(input.safeParse({}).success).toBe(false);
    expect(input.safeParse('n').success).toBe(false);
  });

  it('leaves it to the server what a string looks like', () => {
    const { input } = readInputSchema(object({ id: { type: 'string', format: 'uuid' } }));
    expect(input.safeParse({ id: '00000000-0000-0000-0000-00000000000a' }).success).toBe(true);
  });

  it.each<[string, object]>([
    ['conditions', object({}, { if: { required: ['a'] }, else: { required: ['b'] } })],
    ['a reference elsewhere', object({ a: { $ref: 'https://example.com/a.json' } })],
    ['a pattern that is none', object({ a: { type: 'string', pattern: '(' } })],
  ])('with %s, which zod cannot read, is shown, and checked by the server alone', (_, schema) => {
    const { input, shown } = readInputSchema(schema);
    expect(shown).toEqual(schema);
    expect(input.safeParse({ a: 1 }).success).toBe(true);
    expect(input.safeParse([]).success).toBe(false);
  });

  it.each([
    [{}, object({})],
    [{ type: 'object' }, object({})],
    [{ properties: { a: { type: 'string' } } }, object({ a: { type: 'string' } })],
  ])('%j is filled up to what providers ask for', (schema, shown) => {
    expect(readInputSchema(schema).shown).toEqual(shown);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no object', 'text'],
    ['another type', { type: 'string' }],
    ['an unknown type', object({ a: { type: 'nonsense' } })],
    ['a property that is no schema', object({ a: 5 })],
    ['required where it does not belong', object({ a: { type: 'string', required: true } })],
    ['a choice at the top', { type: 'object', oneOf: [object({}), object({})] }],
    ['too much', object({ a: { type: 'string', description: 'x'.repeat(40_000) } })],
  ])('that is %s would cost the whole request, so it is not shown, and takes any object', (_, schema) => {
    const { input, shown } = readInputSchema(schema);
    expect(shown).toBeUndefined();
    expect(input.safeParse({ a: 'b' }).success || schema !== undefined).toBe(true);
  });

  it('nested without end is not shown', () => {
    const deep = `${'{"type":"object","properties":{"a":'.repeat(5_000)}{}${'}}'.repeat(5_000)}`;
    expect(readInputSchema(JSON.parse(deep)).shown).toBeUndefined();
  });

  it.each<[string, object, object]>([
    [
      'a pattern that takes for ever',
      object({ a: { type: 'string', pattern: '^(a+)+$' } }),
      { a: `${'a'.repeat(40)}!` },
    ],
    [
      'a choice of choices of choices',
      object(
        { a: { $ref: '#/$defs/0' } },
        {
          $defs: Object.fromEntries(
            Array.from({ length: 40 }, (_, n) => [
              n,
              { anyOf: [{ $ref: `#/$defs/${n + 1}` }, { $ref: `#/$defs/${n + 1}` }] },
            ]).concat([[40, { type: 'number' }] as never]),
          ),
        },
      ),
      { a: 'x' },
    ],
  ])('with %s does not hold up the worker', (_, schema, value) => {
    const { input } = readInputSchema(schema);
    const began = performance.now();
    expect(input.safeParse(value).success).toBe(true);
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});
