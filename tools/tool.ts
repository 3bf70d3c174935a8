import type { z } from 'zod';
import type { Button } from '../contract/delivery.ts';
import type { Sender } from '../contract/message.ts';
import type { Effect, Reconciled } from '../contract/tool-call.ts';

/** A file for the user. */
export interface AttachedFile {
  /** With its extension. */
  name: string;
  mediaType: string;
  /** Its bytes, or the https address where they are. */
  data: Uint8Array | string;
}

/** What a tool learns of the call it serves. */
export interface ToolContext {
  /** The same for every run of this call: pass it to what you call, so that a repeat is recognised there. */
  idempotencyKey: string;
  /** Workflow id of the conversation. */
  conversation: string;
  /** Who wrote the message that the turn answers, as the platform verified it. */
  sender?: Sender;
  /** Who that is on all platforms: the operator's name for them, or `{platform}:{sender id}`. */
  person?: string;
  /** That message is from a group: what is answered is read by others too. */
  group?: true;
  /** Aborts when the turn is stopped, the timeout passes or the worker shuts down. */
  signal: AbortSignal;
  /**
   * Sends a file with the turn's reply. Throws {@link ToolError} for one that cannot go out. What a run attaches before it
   * throws, or in `reconcile`, does not count.
   */
  attach(file: AttachedFile): void;
  /** Shows buttons under the turn's reply; pressing one sends its value as a message. The last offer of a turn counts. */
  offer(buttons: readonly Button[]): void;
  /** Shows a word on how it goes to who watches; best effort. */
  progress(text: string): void;
}

/** Whether a call must be allowed by an approver before it runs: never, always, or as the function says of its input. */
export type Approval<Input = unknown> = 'never' | 'ask' | { of(input: Input): boolean }['of'];

/** A tool as the rest of holdfast sees it; made by {@link defineTool}. */
export interface Tool<Input = unknown> {
  name: string;
  description: string;
  input: z.ZodType<Input>;
  /** What the model sees in place of `input`, which then only checks. */
  inputJsonSchema?: Record<string, unknown>;
  effect: Effect;
  timeoutMs: number;
  attempts: number;
  short?: true;
  approval: Approval<Input>;
  /**
   * What an approver who allows this call "always" allows with it: every call with the same scope, for instance `git status`.
   * All calls of the tool if there is no such function.
   */
  grantScope?(input: Input): string;
  /** What it returns is shown to the model as text: a string as it is, anything else as JSON. */
  run(input: Input, context: ToolContext): unknown;
  reconcile?(input: Input, context: ToolContext): Promise<Reconciled> | Reconciled;
}

/** Thrown by a tool to tell the model at once what is wrong; anything else thrown is run again where the effect allows. */
export class ToolError extends Error {
  override name = 'ToolError';
}

/**
 * Thrown by a tool that cannot tell whether it has acted: a `once` tool is reconciled or reported as unknown, any other is run
 * again.
 */
export class OutcomeUnknown extends Error {
  override name = 'OutcomeUnknown';
}
