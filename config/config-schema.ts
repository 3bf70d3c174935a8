import { IANAZone } from 'luxon';
import { z } from 'zod';
import { ACCESS_POLICIES, GROUP_POLICIES, ROLES } from '../contract/access.ts';
import { QUEUES } from '../contract/queues.ts';
import { WHILE_BUSY } from '../contract/settings.ts';
import { mcpServersSchema } from '../tools/mcp/config.ts';
import type { Tool } from '../tools/tool.ts';
import type { TenantOf } from './config.ts';

const isTool = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'run' in value && 'effect' in value && 'attempts' in value;

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be lower-case letters, digits and -, at most 32');

const agent = {
  model: z.string().min(1).optional(),
  models: z.array(z.string().min(1)).optional(),
  system: z.string().optional(),
  tools: z.array(z.custom<Tool>(isTool, 'must be made by defineTool')).optional(),
  builtInTools: z.array(z.string()).optional(),
  mcpServers: z.array(z.string()).optional(),
  contextWindow: z.number().int().min(1_000).optional(),
  compactAt: z.number().min(0.1).max(0.95).optional(),
};

/** One that Temporal knows too: no offset. */
function isTimeZone(zone: string): boolean {
  return !/^[+-]/.test(zone) && IANAZone.isValidZone(zone);
}
const reset = z.union(
  [
    z.literal('none'),
    z.strictObject({ idleMinutes: z.number().positive() }),
    z.strictObject({
      dailyAt: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 04:00'),
      timeZone: z.string().refine(isTimeZone, 'must be a time zone such as Europe/Berlin').optional(),
    }),
  ],
  `must be 'none', { idleMinutes: 60 } or { dailyAt: '04:00', timeZone: 'Europe/Berlin' }`,
);

const dollars = z.number().min(0);

const person = z.strictObject({
  role: z.enum(ROLES).optional(),
  identities: z
    .array(
      z.string().regex(/^[a-z][a-z0-9-]*:./, 'must be {platform}:{sender id}, for instance telegram:123456'),
    )
    .min(1),
  shareConversation: z.boolean().optional(),
});

const limits = z.strictObject({
  messagesPerMinute: z.number().int().positive().max(1000).optional(),
  turnsPerDay: z.number().int().positive().optional(),
  tokensPerDay: z.number().int().positive().optional(),
  costPerDay: z.number().positive().optional(),
});

const turnLimits = z.strictObject({
  steps: z.number().int().positive().optional(),
  seconds: z.number().positive().optional(),
  failures: z.number().int().positive().optional(),
});

const groupPolicy = z.enum(GROUP_POLICIES);
const groups = z.union(
  [groupPolicy, z.record(z.string().regex(/^[a-z][a-z0-9-]*(:.+)?$/), groupPolicy)],
  'must be mention, always or never, for all groups or for each {platform} and {platform}:{conversation}',
);

const access = z
  .strictObject({
    policy: z.enum(ACCESS_POLICIES).optional(),
    people: z.record(name, person).optional(),
    groups: groups.optional(),
    limits: limits.optional(),
  })
  .superRefine(({ people = {} }, context) => {
    const owners = new Map<string, string>();
    for (const [who, { identities }] of Object.entries(people))
      for (const identity of identities) {
        const other = owners.get(identity);
        owners.set(identity, who);
        if (other === undefined) continue;
        const message = `${identity} is an identity of ${other} and of ${who}: it can be of one person only`;
        context.addIssue({ code: 'custom', path: ['people', who, 'identities'], message });
      }
  });

/** What holdfast.config.ts may export; see HoldfastConfig. */
export const configSchema = z.strictObject({
  timeZone: z.string().refine(isTimeZone, 'must be an IANA name, for instance Europe/Berlin').optional(),
  agent: z.strictObject({ ...agent, transcription: z.string().min(1).optional() }).optional(),
  agents: z.record(name, z.strictObject({ ...agent, description: z.string().optional() })).optional(),
  routes: z
    .array(
      z.strictObject({
        agent: z.string(),
        platform: z.string().optional(),
        conversation: z.string().optional(),
      }),
    )
    .optional(),
  mcpServers: mcpServersSchema.optional(),
  conversation: z
    .strictObject({
      whileBusy: z.enum(WHILE_BUSY).optional(),
      limits: turnLimits.optional(),
      reset: reset.optional(),
    })
    .optional(),
  prices: z
    .record(z.string(), z.strictObject({ input: dollars, output: dollars, cachedInput: dollars.optional() }))
    .optional(),
  approvals: z.strictObject({ expireHours: z.number().positive().max(8760).optional() }).optional(),
  delegation: z
    .strictObject({
      maxTasks: z.number().int().min(1).max(50).optional(),
      maxDepth: z.number().int().min(0).max(5).optional(),
      limits: turnLimits.optional(),
    })
    .optional(),
  access: access.optional(),
  queues: z.enum(QUEUES).optional(),
  tenant: z.custom<TenantOf>((given) => typeof given === 'function', 'must be a function').optional(),
});
