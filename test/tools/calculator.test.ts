import { describe, expect, it } from 'vitest';
import { calculate, calculator } from '../../tools/calculator.ts';
import { ToolError } from '../../tools/tool.ts';

describe('calculator', () => {
  it.each([
    ['2+2', '4'],
    ['12.5% of 840', '105'],
    ['0.1 + 0.2', '0.3'],
    ['2^64', '18446744073709551616'],
    ['1/3', '0.333333333333333'],
    ['1,234,567 * 2', '2469134'],
    ['3 × 4 ÷ 2 − 1', '5'],
    ['sqrt(16) + ln(e)', '5'],
    ['max(1,234)', '234'],
    ['5 km to mile', '3.10685596118667 mile'],
    ['20!', '2432902008176640000'],
    ['10 > 3 ? 1 : 2', '1'],
  ])('%s is %s', async (expression, result) => {
    expect(await calculate(expression)).toBe(result);
  });

  it.each(['sin(10^4000)', 'atan(1e4000)'])(
    'is as exact as before after %s has failed',
    async (expression) => {
      await expect(calculate(expression)).rejects.toThrow(ToolError);
      for (const [next, result] of [
        ['round(2.567, 2)', '2.57'],
        ['5 celsius to fahrenheit', '41 fahrenheit'],
        ['2^0.5', '1.4142135623731'],
      ] as const)
        expect(await calculate(next)).toBe(result);
    },
  );

  it.each([
    ['2 +', /Unexpected end/],
    ['', /nothing to work out/],
    ['1/0', /not a finite number/],
    ['9^9^9 mod 7', /not a finite number/],
    ['5000!', /factorials end/],
    ['foo + 1', /"foo" is not a known name/],
    ['import("fs")', /no function "import"/],
    ['evaluate("1")', /no function "evaluate"/],
    ['parse("1")', /no function "parse"/],
    ['simplify("x+x")', /no function "simplify"/],
    ['derivative("x^2", "x")', /no function "derivative"/],
    ['createUnit("foo")', /no function "createUnit"/],
    ['ones(100000, 100000)', /no function "ones"/],
    ['a = 1', /only arithmetic/],
    ['f(x) = x', /only arithmetic/],
    ['1:10000000000', /only arithmetic/],
    ['[1, 2]', /only arithmetic/],
    ['{a: 1}.constructor', /only arithmetic/],
    ['cos.constructor("return process")()', /./],
  ])('%s is refused', async (expression, reason) => {
    const error: unknown = await calculate(expression).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ToolError);
    expect((error as Error).message).toMatch(reason);
  });

  it('gives up on what takes too long', async () => {
    await expect(calculate('atan(1e4999)')).rejects.toThrow(/timed out/);
  });

  it('takes no long expressions', () => {
    expect(calculator.input.safeParse({ expression: '1+'.repeat(300) }).success).toBe(false);
  });
});
