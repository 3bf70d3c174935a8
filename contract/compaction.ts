import type { Usage } from './model-step.ts';
import type { ToolRun } from './tool-call.ts';

/** Input of the activity `compact`; what it is to summarise is read from the workflow by query. */
export interface CompactRequest
  extends Pick<ToolRun, 'conversation' | 'place' | 'inReplyTo' | 'returnAddress' | 'task'> {
  /** The summary is to stand for the entries up to this sequence number. */
  upTo: number;
  /** The agent and the model that write it, if not the default ones. */
  agent?: string;
  model?: string;
}

/** Result of the activity `compact`. */
export interface Compacted {
  text: string;
  usage: Usage;
  /** `provider/model` that wrote it. */
  model?: string;
}
