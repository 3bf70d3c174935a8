import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { planCall } from '../../activities/plan-call.ts';
import { defineTool, type ToolDefinition } from '../../tools/define-tool.ts';

type Input = { amount: number; to: string };

const plan = (definition: Partial<ToolDefinition<Input>>, input = { amount: 5 }) => {
  const tool = defineTool<Input>({
    name: 'pay',
    description: 'pays',
    input: z.object({ amount: z.number(), to: z.string().default('Ann') }),
    effect: 'once',
    run: () => 'paid',
    ...definition,
  });
  return planCall({ id: 'c1', name: 'pay', input }, [tool], 1_000);
};
const approval = async (definition: Partial<ToolDefinition<Input>>, input?: { amount: number }) => {
  const planned = await plan(definition, input);
  return 'policy' in planned ? planned.policy.approval : undefined;
};

describe('how a call is to be run', () => {
  it('is its tool’s policy', async () => {
    expect(await plan({ timeoutMs: 2_000, reconcile: () => ({ acted: false }) })).toEqual({
      id: 'c1',
      policy: { effect: 'once', timeoutMs: 2_000, attempts: 1, reconciles: true },
    });
  });

  it('is short only if the tool says so', async () => {
    expect(await plan({ effect: 'read', short: true })).toMatchObject({ policy: { short: true } });
    expect(await plan({ effect: 'read', short: false })).not.toMatchObject({ policy: { short: true } });
  });

  it('asks for approval as the tool says, and tells how long and for what', async () => {
    expect(await approval({})).toBeUndefined();
    expect(await approval({ approval: 'never' })).toBeUndefined();
    expect(await approval({ approval: 'ask' })).toEqual({
      shown: expect.stringContaining('"amount": 5'),
      scope: '',
      expireMs: 1_000,
    });
    expect(await approval({ approval: 'ask', grantScope: ({ to }) => to })).toMatchObject({ scope: 'Ann' });
  });

  it('asks as a function of the input says, with its defaults filled in', async () => {
    const large = ({ amount, to }: Input) => amount > 10 && to === 'Ann';
    expect(await approval({ approval: large }, { amount: 5 })).toBeUndefined();
    expect(await approval({ approval: large }, { amount: 50 })).toMatchObject({ scope: '' });
  });

  it('asks, for just this call, when a function fails', async () => {
    const fails = () => {
      throw new Error('no');
    };
    const own = { scope: '{"amount":5}' };
    expect(await approval({ approval: fails })).toMatchObject(own);
    expect(await approval({ approval: 'ask', grantScope: fails })).toMatchObject(own);
  });
});
