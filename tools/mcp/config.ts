import { z } from 'zod';
import type { Effect } from '../../contract/tool-call.ts';
import type { Approval } from '../tool.ts';
import { prefixOf } from './tool-names.ts';

/** What the operator says of a tool; it wins over what the server says of it. */
interface ToolPolicy {
  /** What running it again would do. */
  effect?: Effect;
  approval?: Approval;
  /** Milliseconds that one call may take; 60,000 if not given. */
  timeoutMs?: number;
}

interface Policies extends ToolPolicy {
  /** By the tool's name at the server; what is not said here is taken from the server's own entry. */
  tools?: Record<string, ToolPolicy & { /** Not offered to the model. */ hidden?: boolean }>;
}

/** A server that the worker starts, and that dies with it. */
export interface StdioServer extends Policies {
  type?: 'stdio';
  command: string;
  args?: string[];
  /** Besides PATH, HOME, USER, LOGNAME, SHELL and TERM, which it gets from the worker. */
  env?: Record<string, string>;
  cwd?: string;
}

/** A server somewhere else, by streamable HTTP. */
export interface HttpServer extends Policies {
  type?: 'http';
  url: string;
  headers?: Record<string, string>;
}

/** An entry of `mcpServers`. In `args`, `env`, `url` and `headers`, `${NAME}` stands for a variable of the environment. */
export type McpServer = StdioServer | HttpServer;

const policy = {
  effect: z.enum(['read', 'idempotent', 'once'], `must be 'read', 'idempotent' or 'once'`).optional(),
  approval: z
    .custom<Approval>(
      (value) => value === 'never' || value === 'ask' || typeof value === 'function',
      `must be 'never', 'ask' or a function of the input that returns whether to ask`,
    )
    .optional(),
  timeoutMs: z.number().positive().max(86_400_000).optional(),
};
const policies = {
  ...policy,
  tools: z.record(z.string(), z.strictObject({ ...policy, hidden: z.boolean().optional() })).optional(),
};
const texts = z.record(z.string(), z.string());
const stdio = z.strictObject({
  type: z.literal('stdio'),
  command: z.string().min(1),
  args: z.array(z.string()).optional(),
  env: texts.optional(),
  cwd: z.string().min(1).optional(),
  ...policies,
});
const http = z.strictObject({
  type: z.literal('http'),
  url: z.string().min(1),
  headers: texts.optional(),
  ...policies,
});
const server = z.preprocess(
  withType,
  z.discriminatedUnion('type', [stdio, http], {
    error: `must have a command (and type 'stdio') or a url (and type 'http', which is streamable HTTP)`,
  }),
);
const NAME = /^[A-Za-z].{0,39}$/;

/** `mcpServers` of holdfast.config.ts. */
export const mcpServersSchema = z.record(z.string(), server).superRefine((servers, { addIssue }) => {
  const names = Object.keys(servers);
  const refuse = (name: string, message: string) => addIssue({ code: 'custom', path: [name], message });
  for (const name of names) {
    if (!NAME.test(name)) refuse(name, 'the name must start with a letter and have at most 40 characters');
    const other = names.find((one) => one !== name && `${prefixOf(name)}_`.startsWith(`${prefixOf(one)}_`));
    if (other !== undefined)
      refuse(name, `its tools might be taken for those of "${other}", as the names begin alike; rename it`);
  }
});

function withType(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || 'type' in value) return value;
  return { type: 'url' in value ? 'http' : 'stdio', ...value };
}
