import type { ConversationSettings, TurnLimits, WhileBusy } from '../contract/settings.ts';
import type { McpServer } from '../tools/mcp/config.ts';
import type { Tool } from '../tools/tool.ts';

/** What holdfast.config.ts exports by {@link defineConfig}. */
export interface HoldfastConfig {
  agent?: {
    /** `provider/model`, or `demo`. HOLDFAST_MODEL wins over it. */
    model?: string;
    /** `provider/model` that turns voice messages into text. HOLDFAST_TRANSCRIPTION_MODEL wins over it. */
    transcription?: string;
    /** System prompt. */
    system?: string;
    /** Added to the built-in tools; one with a built-in's name replaces it. */
    tools?: Tool[];
  };
  /** MCP servers, by name; docs/mcp.md tells of them. */
  mcpServers?: Record<string, McpServer>;
  conversation?: {
    /** What a message does that arrives while a turn is running; `steer` if not given. */
    whileBusy?: WhileBusy;
    /** What one turn may spend. */
    limits?: Partial<TurnLimits>;
  };
}

/** The config with every default filled in. */
export interface Config {
  agent: { model: string; transcription?: string; system: string; tools: Tool[] };
  /** As written, without the values of variables: only workers need them. */
  mcpServers: Record<string, McpServer>;
  conversation: ConversationSettings;
}

/** Types holdfast.config.ts. */
export function defineConfig(config: HoldfastConfig): HoldfastConfig {
  return config;
}

export const DEFAULT_SYSTEM =
  'You are a helpful assistant in a chat. Answer briefly, in the language of the user, in markdown. ' +
  'Use your tools where they help. If the outcome of a tool is unknown, say so plainly.';
