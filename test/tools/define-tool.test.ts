import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BUILT_IN_TOOLS, builtInTools } from '../../tools/built-in-tools.ts';
import { defineTool, type ToolDefinition } from '../../tools/define-tool.ts';
import { fakeMemory } from './fake-memory.ts';
import { scheduleBook } from './schedule-book.ts';

const definition: ToolDefinition<{ seats: number }> = {
  name: 'book_table',
  description: 'books',
  input: z.object({ seats: z.number() }),
  effect: 'idempotent',
  run: () => 'booked',
};

describe('defineTool', () => {
  it('fills in what was left out', () => {
    expect(defineTool(definition)).toMatchObject({ name: 'book_table', timeoutMs: 60_000, attempts: 10 });
  });

  it('lets only what reads be short', () => {
    const short = { ...definition, short: true };
    expect(defineTool({ ...short, effect: 'read' }).short).toBe(true);
    expect(() => defineTool({ ...short, effect: 'idempotent' })).toThrow(
      /: short is for tools whose effect is 'read'/,
    );
  });

  it('gives a once tool one attempt, whatever is asked for', () => {
    expect(defineTool({ ...definition, effect: 'once', attempts: 5 }).attempts).toBe(1);
  });

  it.each([
    ['name', { name: 'book table' }],
    ['name', { name: 'callModel' }],
    ['name', { name: 'a'.repeat(65) }],
    ['description', { description: '' }],
    ['input', { input: {} }],
    ['effect', { effect: 'twice' }],
    ['run', { run: undefined }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['attempts', { attempts: 0 }],
    ['approval', { approval: 'sometimes' }],
    ['grantScope', { grantScope: 'all' }],
  ])('names the field %s when it is wrong: %o', (field, wrong) => {
    expect(() => defineTool({ ...definition, ...wrong } as ToolDefinition<unknown>)).toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(field) }),
    );
  });
});

describe('the built-in tools', () => {
  it('may all be run again', () => {
    const tools = builtInTools({
      fetchPrivate: false,
      schedules: scheduleBook(),
      timeZone: 'UTC',
      memory: fakeMemory(),
    });
    expect(tools.every(({ approval }) => approval === 'never')).toBe(true);
    expect(tools.map(({ name, effect }) => `${name} ${effect}`)).toEqual([
      'current_time read',
      'calculator read',
      'fetch_url read',
      'wait read',
      'offer_choices read',
      'attach_file read',
      'schedule idempotent',
      'list_schedules read',
      'cancel_schedule idempotent',
      'remember idempotent',
      'recall read',
      'forget idempotent',
    ]);
    expect(tools.map(({ name }) => name)).toEqual(BUILT_IN_TOOLS);
  });
});
