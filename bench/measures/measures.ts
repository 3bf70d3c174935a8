import type { Field } from '../field.ts';
import { acknowledgement } from './acknowledgement.ts';
import { capacity } from './capacity.ts';
import { coldStart } from './cold-start.ts';
import { growth } from './growth.ts';
import { ingress } from './ingress.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import type { Reading } from './reading.ts';
import { recovery } from './recovery.ts';
import { streaming } from './streaming.ts';
import { throughput } from './throughput.ts';

export interface Measure {
  name: string;
  /** It takes so long that it is taken in the first round only. */
  once?: true;
  run(field: Field): Promise<Reading[]>;
}

/** In the order in which they are taken. */
export const MEASURES: Measure[] = [
  { name: 'latency', run: latency },
  { name: 'acknowledgement', run: acknowledgement },
  { name: 'throughput', run: throughput },
  { name: 'capacity', run: capacity },
  { name: 'ingress', run: ingress },
  { name: 'streaming', run: streaming },
  { name: 'growth', run: growth },
  { name: 'recovery', run: recovery },
  { name: 'cold-start', run: coldStart },
  { name: 'memory', once: true, run: memory },
];
