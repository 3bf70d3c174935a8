import type { Field } from '../field.ts';
import type { Measure } from './measures.ts';
import type { Reading } from './reading.ts';

/** Takes a measure. Throws if one of its figures is 0 or none, which is what a measure reads that measured nothing. */
export async function take({ name, run }: Measure, field: Field): Promise<Reading[]> {
  const readings = await run(field);
  for (const { figure, system, value } of readings)
    if (!Number.isFinite(value) || value === 0)
      throw new Error(`${name}: "${figure}" of ${system} reads ${value}`);
  return readings;
}
