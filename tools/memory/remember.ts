import { z } from 'zod';
import { MAX_FACT, MAX_FACTS, type MemoryOwner } from '../../contract/memory.ts';
import { senderName } from '../../contract/person.ts';
import { defineTool } from '../define-tool.ts';
import { type Tool, type ToolContext, ToolError } from '../tool.ts';
import type { MemoryStore } from './memory-store.ts';

/** Makes the tool that writes a fact down. */
export function remember(store: MemoryStore): Tool {
  return defineTool({
    name: 'remember',
    description:
      'Remember a fact for later, also in other conversations. Use it when the user asks you to remember something, or tells ' +
      'something lasting about themselves. One short fact a call; no secrets such as passwords.',
    input: z.object({
      text: z.string().min(1).max(MAX_FACT).describe('the fact, understandable by itself'),
      about: z
        .enum(['person', 'conversation'])
        .default('person')
        .describe('person: about who writes, wherever they write; conversation: for all who write here'),
    }),
    effect: 'idempotent',
    timeoutMs: 30_000,
    async run({ text, about }, context) {
      const { idempotencyKey: key, signal } = context;
      const line = oneLine(text);
      if (line === '') throw new ToolError('there is nothing to remember in this');
      const kept = await store.remember(
        ownerOf(about, context),
        { text: line, by: whoSaid(context), key },
        signal,
      );
      if ('full' in kept)
        throw new ToolError(
          `nothing was remembered: there are ${MAX_FACTS} facts about this ${about}, and no more are kept. Forget some that are ` +
            'no longer needed (recall tells their ids), or put several into one',
        );
      return kept.known ? `That was remembered before, as ${kept.id}.` : `Remembered as ${kept.id}.`;
    },
  });
}

function ownerOf(about: 'person' | 'conversation', { conversation, person }: ToolContext): MemoryOwner {
  if (about === 'conversation') return `conversation/${conversation}`;
  if (person === undefined)
    throw new ToolError('nobody is known to have written this; remember it about the conversation instead');
  return `person/${person}`;
}

function whoSaid({ conversation, sender }: ToolContext): string {
  const [platform = ''] = conversation.split('/');
  return sender ? senderName(platform, sender) : 'the operator';
}

/** Without line breaks, and marks that turn the direction of what follows: a fact is one line wherever it is shown. */
function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\s\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim();
}
