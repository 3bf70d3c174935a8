export { defineConfig, type HoldfastConfig } from './config/config.ts';
export { defineTool, type ToolDefinition } from './tools/define-tool.ts';
export { OutcomeUnknown, type Tool, type ToolContext, ToolError } from './tools/tool.ts';
export {
  type WorkspaceChange,
  type WorkspaceOptions,
  workspaceTools,
} from './tools/workspace/workspace-tools.ts';
