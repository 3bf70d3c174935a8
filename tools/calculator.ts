import { runInNewContext } from 'node:vm';
import type { FactoryFunctionMap, MathJsInstance, MathNode } from 'mathjs';
import { z } from 'zod';
import { defineTool } from './define-tool.ts';
import { ToolError } from './tool.ts';

/** Works out an arithmetic expression with 64 digits; nothing of the library's language but sums, units and these names. */
export const calculator = defineTool({
  name: 'calculator',
  description:
    'Work out an arithmetic expression exactly: + - * / ^ % !, brackets, functions such as sqrt, sin, log, round, max, ' +
    'mean, constants pi and e, and units (5 km to mile).',
  input: z.object({
    expression: z.string().min(1).max(500).describe('for instance 12.5% of 840, or sqrt(2) * 3'),
  }),
  effect: 'read',
  timeoutMs: 10_000,
  run: ({ expression }) => calculate(expression),
});

const FUNCTIONS = new Set(
  (
    'abs acos acosh asin asinh atan atan2 atanh cbrt ceil cos cosh exp floor gcd hypot lcm ln log log10 log1p log2 max ' +
    'mean median min mod nthRoot pow round sign sin sinh sqrt std sum tan tanh trunc fix variance'
  ).split(' '),
);
const CONSTANTS = new Set(['pi', 'e', 'tau', 'phi', 'i', 'true', 'false', 'Infinity']);
/** What else an expression may be made of: no assignments, property access, matrices, ranges, strings or functions. */
const NODES = new Set([
  'ConstantNode',
  'OperatorNode',
  'ParenthesisNode',
  'ConditionalNode',
  'RelationalNode',
]);
const MAX_FACTORIAL = 1000;
/** Some functions take very long for extreme numbers: the context is there only for its time limit, which holds for all that it calls. */
const MAX_MS = 2_000;

/** The result as text. Throws ToolError that says what is wrong with the expression. */
export async function calculate(expression: string): Promise<string> {
  const math = await (library ??= load());
  try {
    const tree = math.parse(plain(expression));
    tree.traverse((node, path, parent) => check(node, path, parent, math));
    return runInNewContext('work()', { work: () => format(tree.evaluate(), math) }, { timeout: MAX_MS });
  } catch (error) {
    setNumbers(math);
    throw new ToolError(`cannot work out "${expression}": ${(error as Error).message}`);
  }
}

/**
 * Beyond 5,000 digits a number counts as infinite: a remainder of 9^9^9 would be worked out for ever. Set again after each
 * failure, because the library changes precision and rounding while it works, and an error leaves them changed.
 */
function setNumbers(math: MathJsInstance): void {
  const { BigNumber } = math as unknown as { BigNumber: { config(settings: Record<string, number>): void } };
  BigNumber.config({ precision: 64, rounding: 4, maxE: 5000, minE: -5000 });
}

let library: Promise<MathJsInstance> | undefined;

async function load(): Promise<MathJsInstance> {
  const { all, create } = await import('mathjs');
  const math = create(all as FactoryFunctionMap, { number: 'BigNumber', precision: 64 });
  setNumbers(math);
  const { factorial } = math;
  const bounded = (n: Parameters<typeof factorial>[0]) => {
    if (!(Number(n) <= MAX_FACTORIAL)) throw new Error(`factorials end at ${MAX_FACTORIAL}!`);
    return factorial(n);
  };
  math.import({ factorial: bounded, ln: math.log }, { override: true });
  return math;
}

/** People write 12.5% of 840, 3 × 4 and 1,000. */
function plain(expression: string): string {
  const signs = expression
    .replace(/(%|\bpercent)\s*of\b/gi, '% *')
    .replace(/[×·]/g, '*')
    .replace(/÷/g, '/')
    .replace(/[−–]/g, '-');
  return /[a-z]\w*\s*\(/i.test(signs) ? signs : signs.replace(/(?<=\d),(?=\d{3}\b)/g, '');
}

function check(node: MathNode, path: string, parent: MathNode, math: MathJsInstance): void {
  if (NODES.has(node.type)) return;
  if (math.isFunctionNode(node) && math.isSymbolNode(node.fn) && FUNCTIONS.has(node.fn.name)) return;
  if (math.isSymbolNode(node)) {
    const called = path === 'fn' && math.isFunctionNode(parent);
    if (called || CONSTANTS.has(node.name) || math.Unit.isValuelessUnit(node.name)) return;
    throw new Error(`"${node.name}" is not a known name`);
  }
  if (math.isFunctionNode(node)) throw new Error(`there is no function "${node.fn.name ?? node.fn}"`);
  throw new Error('only arithmetic is understood');
}

function format(value: unknown, math: MathJsInstance): string {
  if (math.isBigNumber(value)) {
    if (!value.isFinite()) throw new Error('the result is not a finite number');
    if (value.isInteger() && value.abs().lt(1e40)) return value.toFixed();
  }
  if (typeof value === 'function' || value === undefined) throw new Error('there is nothing to work out');
  return math.format(value, { precision: 15, lowerExp: -9, upperExp: 21 });
}
