import { prettyFactory } from 'pino-pretty';
import type { Terminal } from '../terminal.ts';
import type { Reports } from './supervise.ts';

/** By the first word of the name. */
const COLOURS: Record<string, 'cyan' | 'yellow'> = { gateway: 'cyan', listen: 'cyan', worker: 'yellow' };

/** Shows what a process writes, each line behind its name, and that it is started again. */
export function reportsOf(name: string, { line, paint }: Terminal): Reports {
  const pretty = prettyFactory({
    singleLine: true,
    colorize: paint('bold', 'x') !== 'x',
    translateTime: 'SYS:HH:MM:ss',
  });
  const prefix = paint(COLOURS[name.replace(/-.*/, '')] ?? 'magenta', name.padEnd(8));
  return {
    output: (text) => line(`${prefix} ${text.startsWith('{') ? pretty(text).trimEnd() : text}`),
    restarting(reason, pauseMs) {
      const when = pauseMs ? `in ${pauseMs} ms` : 'at once';
      line(`${prefix} ${paint('red', `ended (${reason})`)}, starts again ${when}`);
    },
  };
}
