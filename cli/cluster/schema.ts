import { secret } from '../home.ts';
import { runTool } from '../run-tool.ts';
import { DATABASE_USER } from './postgresql.ts';

/** Temporal's two databases, and the schema of each, which `sql` has in it. */
export const DATABASES = { state: 'temporal', visibility: 'temporal_visibility' } as const;
const SCHEMAS = [
  [DATABASES.state, 'postgresql/v12/temporal'],
  [DATABASES.visibility, 'postgresql/v12/visibility'],
] as const;

export interface SchemaOptions {
  /** Path of Temporal's tool for SQL databases. */
  sql: string;
  home: string;
  /** Of PostgreSQL. */
  port: number;
  stop: AbortSignal;
}

/** Makes the databases and brings them to the schema of this server; what is there already stays. Throws with the tool's words. */
export async function setUpSchema({ sql, home, port, stop }: SchemaOptions): Promise<void> {
  const env = {
    PATH: process.env.PATH,
    SQL_PLUGIN: 'postgres12',
    SQL_HOST: '127.0.0.1',
    SQL_PORT: String(port),
    SQL_USER: DATABASE_USER,
    SQL_PASSWORD: secret(home, 'postgresql.password'),
  };
  for (const [database, schema] of SCHEMAS) {
    const run = (...args: string[]) =>
      runTool(sql, ['--database', database, ...args], { cwd: home, env, stop });
    await run('create-database').catch((error: Error) => {
      if (!error.message.includes('already exists')) throw error;
    });
    await run('setup-schema', '--version', '0.0');
    await run('update-schema', '--schema-name', schema);
  }
}
