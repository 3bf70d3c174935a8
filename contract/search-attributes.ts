import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

export const HoldfastPlatform = defineSearchAttributeKey('HoldfastPlatform', SearchAttributeType.KEYWORD);
/** `idle`, `running` or `awaiting-approval`. */
export const HoldfastStatus = defineSearchAttributeKey('HoldfastStatus', SearchAttributeType.KEYWORD);
export const HoldfastTurns = defineSearchAttributeKey('HoldfastTurns', SearchAttributeType.INT);

/** Temporal's own, of a workflow that a schedule of it started: the time for which it did. */
export const TemporalScheduledStartTime = defineSearchAttributeKey(
  'TemporalScheduledStartTime',
  SearchAttributeType.DATETIME,
);
