import { defineSearchAttributeKey, type SearchAttributePair, SearchAttributeType } from '@temporalio/common';
import type { ConversationStatus } from './state.ts';

export const HoldfastPlatform = defineSearchAttributeKey('HoldfastPlatform', SearchAttributeType.KEYWORD);
/** `idle`, `running` or `awaiting-approval`. */
export const HoldfastStatus = defineSearchAttributeKey('HoldfastStatus', SearchAttributeType.KEYWORD);
export const HoldfastTurns = defineSearchAttributeKey('HoldfastTurns', SearchAttributeType.INT);

/** What a conversation is found by. */
export function attributesOf(
  platform: string,
  status: ConversationStatus,
  turns: number,
): SearchAttributePair[] {
  return [
    { key: HoldfastPlatform, value: platform },
    { key: HoldfastStatus, value: status },
    { key: HoldfastTurns, value: turns },
  ];
}

/** Temporal's own, of a workflow that a schedule of it started: the time for which it did. */
export const TemporalScheduledStartTime = defineSearchAttributeKey(
  'TemporalScheduledStartTime',
  SearchAttributeType.DATETIME,
);
