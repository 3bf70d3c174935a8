import { cpus, totalmem } from 'node:os';
import { median, type Reading } from '../measures/reading.ts';

/** The system that all others are put beside. */
export const FLOOR = 'bare';

/** Which of Temporal's servers holdfast and the floor ran on. */
export const SERVERS = ['development', 'cluster'] as const;
export type Server = (typeof SERVERS)[number];

/** One figure of one system, over all rounds. */
export interface Result {
  figure: string;
  system: string;
  unit: Reading['unit'];
  /** One a round. */
  values: number[];
  median: number;
  /** To the floor's figure of the same round, one a round; none where the floor has no such figure. */
  ratios: number[];
}

export interface Summary {
  at: string;
  server: Server;
  machine: { processor: string; cores: number; memoryGb: number; node: string };
  results: Result[];
}

export function summarise(rounds: readonly Reading[][], server: Server): Summary {
  const all = rounds.flat();
  const named = new Map(all.map((reading) => [`${reading.figure}\n${reading.system}`, reading]));
  const valueIn = (round: readonly Reading[], figure: string, system: string) =>
    round.find((reading) => reading.figure === figure && reading.system === system)?.value;
  const results = [...named.values()].map(({ figure, system, unit }) => {
    const values = all
      .filter((one) => one.figure === figure && one.system === system)
      .map(({ value }) => value);
    const ratios = rounds.flatMap((round) => {
      const floor = valueIn(round, figure, FLOOR);
      const own = valueIn(round, figure, system);
      return floor && own !== undefined ? [own / floor] : [];
    });
    return { figure, system, unit, values, median: median(values), ratios };
  });
  const [processor] = cpus();
  return {
    at: new Date().toISOString(),
    server,
    machine: {
      processor: processor?.model ?? 'unknown',
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    results,
  };
}
