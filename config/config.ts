import type { AccessPolicy, GroupPolicy, Role } from '../contract/access.ts';
import type { Limits } from '../contract/limits.ts';
import type { Sender } from '../contract/message.ts';
import type { Queues } from '../contract/queues.ts';
import type { ConversationSettings, TurnLimits, WhileBusy } from '../contract/settings.ts';
import type { Prices } from '../models/price.ts';
import type { McpServer } from '../tools/mcp/config.ts';
import type { Tool } from '../tools/tool.ts';
import type { WorkflowTool } from '../tools/workflow-tool.ts';

/** An agent: a model, what it is told of its task, and its tools. */
export interface AgentConfig {
  /** `provider/model`, or `demo`; the default agent's if not given. For the default agent, HOLDFAST_MODEL wins over it. */
  model?: string;
  /** Further models that `/model` may choose. */
  models?: string[];
  /** System prompt. */
  system?: string;
  /** Added to the built-in tools; one with a built-in's name replaces it. */
  tools?: Tool[];
  /** Names of the built-in tools that it has; all if not given. */
  builtInTools?: string[];
  /** Names of the MCP servers whose tools it has; all if not given. */
  mcpServers?: string[];
  /** Tokens that its models read; if not given, what is usual for the provider (docs/context.md). */
  contextWindow?: number;
  /** The share of the window that a conversation may fill before its older part is summarised; 0.7 if not given. */
  compactAt?: number;
}

/** Which agent answers where: the first route that fits counts. */
interface RouteConfig {
  /** Name of one of `agents`. */
  agent: string;
  platform?: string;
  /** What the platform calls the place, as in `{platform}/{conversation}`. */
  conversation?: string;
}

/** Someone the operator knows. */
interface PersonConfig {
  /** What they may do: `user` talks to the agent, `approver` also decides requests, `owner` may do all; `user` if not given. */
  role?: Role;
  /** Who they are at each platform: `{platform}:{sender id}`, for instance `telegram:123456`. */
  identities: string[];
  /** What they write in direct messages at all their identities is one conversation, answered where it was written. */
  shareConversation?: boolean;
}

/** What is taken in of groups: one policy for all, or by `{platform}` and `{platform}:{conversation}`. */
export type GroupsConfig = GroupPolicy | Record<string, GroupPolicy>;

/** Names the tenant of a message by where it was written, and by whom. What it throws keeps the message from being acknowledged. */
export type TenantOf = (message: { platform: string; conversation: string; sender?: Sender }) => string;

/** When a conversation starts afresh by itself; it is seen to when the next message comes. */
export type ResetConfig =
  | 'none'
  /** After this many minutes without a message. */
  | { idleMinutes: number }
  /** Every day at this time, `HH:MM`, of a time zone such as `Europe/Berlin`; `timeZone` if not given. */
  | { dailyAt: string; timeZone?: string };

/** What holdfast.config.ts exports by {@link defineConfig}. */
export interface HoldfastConfig {
  /** Time zone of times that are told without one: an IANA name, for instance `Europe/Berlin`; the server's own if not given. */
  timeZone?: string;
  /** The default agent. */
  agent?: AgentConfig & {
    /** `provider/model` that turns voice messages into text. HOLDFAST_TRANSCRIPTION_MODEL wins over it. */
    transcription?: string;
  };
  /** Further agents, by name, for routes and `/agent`. */
  agents?: Record<string, AgentConfig & { description?: string }>;
  routes?: RouteConfig[];
  /** MCP servers, by name; docs/mcp.md tells of them. */
  mcpServers?: Record<string, McpServer>;
  conversation?: {
    /** What a message does that arrives while a turn is running; `steer` if not given. */
    whileBusy?: WhileBusy;
    /** What one turn may spend. */
    limits?: Partial<TurnLimits>;
    /** `none` if not given. */
    reset?: ResetConfig;
  };
  /** What models cost, by `provider/model`, in US dollars for a million tokens. */
  prices?: Prices;
  approvals?: {
    /** Hours that a request waits for an approver before it counts as refused; 24 if not given. */
    expireHours?: number;
  };
  delegation?: {
    /** Tasks of sub-agents that one conversation (or one task) may have running at once; 4 if not given. */
    maxTasks?: number;
    /** How deep work is delegated: 0 not at all, 1 by conversations, 2 by their tasks too; 1 if not given. */
    maxDepth?: number;
    /** What one task may spend; as much as a turn if not given. */
    limits?: Partial<TurnLimits>;
  };
  access?: {
    /**
     * Who may talk to the agent: `open` anyone · `listed` only `people` · `pairing` also whom an approver lets in by a code.
     * `open` if not given.
     */
    policy?: AccessPolicy;
    /** Who is who, by a name of your choice. */
    people?: Record<string, PersonConfig>;
    /** What is taken in of groups; `mention` where nothing is given. */
    groups?: GroupsConfig;
    /** What each person may use, over all their conversations; owners are exempt. */
    limits?: Limits;
  };
  /**
   * Whose a message is, for instance its team's: while work waits for workers, tenants get equal shares of them where Temporal has
   * fairness on (docs/scaling.md). A conversation keeps the tenant that it begins with. Without it all are one.
   */
  tenant?: TenantOf;
  /** `split`: model, tools and delivery have task queues of their own, for workers of their own (docs/scaling.md). `one` if not given. */
  queues?: Queues;
}

/** An agent with every default filled in. */
export interface ResolvedAgent {
  name: string;
  description?: string;
  /** Its own model first. */
  models: [string, ...string[]];
  system: string;
  /** Names of the built-in tools that it has, without those that its own replace. */
  builtInTools: string[];
  /** Its own. */
  tools: Tool[];
  workflowTools: WorkflowTool[];
  /** MCP servers whose tools it has. */
  mcpServers: string[];
  contextWindow?: number;
  compactAt?: number;
}

/** The config with every default filled in. */
export interface Config {
  /** The default agent first. */
  agents: [ResolvedAgent, ...ResolvedAgent[]];
  routes: RouteConfig[];
  timeZone: string;
  transcription?: string;
  conversation: Pick<ConversationSettings, 'whileBusy' | 'limits'>;
  reset: ResetConfig;
  prices: Prices;
  approvals: { expireMs: number };
  access: {
    policy: AccessPolicy;
    people: Record<string, PersonConfig>;
    groups: GroupsConfig;
    limits: Limits;
  };
  /** As written, without the values of variables: only workers need them. */
  mcpServers: Record<string, McpServer>;
  queues: Queues;
  tenant?: TenantOf;
}

/** Types holdfast.config.ts. */
export function defineConfig(config: HoldfastConfig): HoldfastConfig {
  return config;
}

/** Name of the default agent. */
export const DEFAULT_AGENT = 'main';

export const DEFAULT_SYSTEM =
  'You are a helpful assistant in a chat. Answer briefly, in the language of the user, in markdown. ' +
  'Use your tools where they help. If the outcome of a tool is unknown, say so plainly.';
