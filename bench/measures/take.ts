import type { Field } from '../field.ts';
import type { Measure } from './measures.ts';
import type { Reading } from './reading.ts';

/** Takes a measure. Throws if one of its figures is none, or 0 where it cannot be: so reads a measure that measured nothing. */
export async function take({ name, run }: Measure, field: Field): Promise<Reading[]> {
  const readings = await run(field);
  for (const { figure, system, value, mayBeZero } of readings)
    if (!Number.isFinite(value) || (value === 0 && !mayBeZero))
      throw new Error(`${name}: "${figure}" of ${system} reads ${value}`);
  return readings;
}
