import { DYNAMIC_CONFIG } from './dynamic-config.ts';
import { SEARCH_ATTRIBUTES, typeName } from './search-attributes.ts';

export interface ServerOptions {
  port: number;
  /** Port of the web UI; without it there is none. */
  uiPort?: number;
  /** Base URL of what decrypts values for the web UI. */
  codecServer?: string | undefined;
  /** SQLite file that keeps the state; without it the state ends with the process. */
  database?: string;
  /** Made at the first start; `default` is always there. */
  namespace?: string | undefined;
}

/**
 * With the last one, what is deleted (`conversations erase`) is overwritten, and does not stay in the file until that place is used again.
 * A turn writes less than one per cent more for it.
 */
const PRAGMAS = ['journal_mode=wal', 'synchronous=full', 'secure_delete=on'];

/**
 * Environment of the development server: Go collects garbage once there is half as much of it as of what lives, not as much. What Go has held
 * under load it gives back in part only, so that 10,000 conversations that are idle by now took 10 to 20 MB more. A turn takes as much of its CPU as before.
 */
export const LEAN_GO = { GOGC: '50' };

/** Arguments of `temporal` that run the development server on 127.0.0.1, tuned, durable and with our search attributes. */
export function temporalArguments(options: ServerOptions): string[] {
  const { port, uiPort, codecServer, database, namespace } = options;
  const each = (flag: string, values: string[]) => values.flatMap((value) => [flag, value]);
  return [
    'server',
    'start-dev',
    '--ip=127.0.0.1',
    `--port=${port}`,
    '--log-level=error',
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...(codecServer === undefined ? [] : ['--ui-codec-endpoint', codecServer]),
    ...(database === undefined ? [] : ['--db-filename', database]),
    ...(database === undefined ? [] : each('--sqlite-pragma', PRAGMAS)),
    ...(namespace && namespace !== 'default' ? ['--namespace', namespace] : []),
    ...each(
      '--search-attribute',
      SEARCH_ATTRIBUTES.map((key) => `${key.name}=${typeName(key)}`),
    ),
    ...each(
      '--dynamic-config-value',
      Object.entries(DYNAMIC_CONFIG).map(([key, value]) => `${key}=${JSON.stringify(value)}`),
    ),
  ];
}
