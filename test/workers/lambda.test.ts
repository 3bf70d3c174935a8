import { describe, expect, it } from 'vitest';
import { WORK } from '../../contract/queues.ts';
import { lambdaTimes } from '../../workers/lambda-times.ts';
import { lambdaWork } from '../../workers/lambda-work.ts';

describe('a worker on Lambda', () => {
  const alone = { HOLDFAST_WORK: [...WORK], HOLDFAST_VERSION: '1' };
  const one = { queues: 'one', mcpServers: {} } as const;
  const split = { queues: 'split', mcpServers: {} } as const;

  it('does all that is put on one queue, or one kind of work where they are split', () => {
    expect(lambdaWork(alone, one)).toEqual({ kind: 'conversation', version: '1' });
    expect(lambdaWork({ ...alone, HOLDFAST_WORK: ['tools'] }, split)).toEqual({
      kind: 'tools',
      version: '1',
    });
  });

  it('refuses what cannot be there, and says what to do', () => {
    expect(() => lambdaWork({ ...alone, HOLDFAST_VERSION: undefined }, one)).toThrow(
      /HOLDFAST_VERSION: must be set/,
    );
    expect(() => lambdaWork(alone, split)).toThrow(/HOLDFAST_WORK: must be one kind of work/);
    const mcpServers = { files: { command: 'mcp-files' }, far: { url: 'https://mcp.example.com' } };
    expect(() => lambdaWork(alone, { ...one, mcpServers })).toThrow(
      /mcpServers\.files: must be reached by url/,
    );
    expect(() => lambdaWork(alone, { ...one, mcpServers: { far: mcpServers.far } })).not.toThrow();
  });

  it.each([
    [10_000, 3_000, 7_000],
    [60_000, 15_000, 19_000],
    [900_000, 120_000, 124_000],
  ])(
    'of an invocation of %i ms leaves %i to what still runs, and takes no more work %i before its end',
    (timeout, grace, buffer) => {
      const times = lambdaTimes(timeout);
      expect(times).toMatchObject({ shutdownGraceTime: grace, bufferMs: buffer });
      expect(times.shutdownForceTime).toBeLessThan(times.bufferMs);
    },
  );
});
