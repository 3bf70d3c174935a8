import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

export const HoldfastPlatform = defineSearchAttributeKey('HoldfastPlatform', SearchAttributeType.KEYWORD);
/** `idle`, `running` or `awaiting-approval`. */
export const HoldfastStatus = defineSearchAttributeKey('HoldfastStatus', SearchAttributeType.KEYWORD);
export const HoldfastTurns = defineSearchAttributeKey('HoldfastTurns', SearchAttributeType.INT);

/** What a namespace must have before a conversation can run in it. */
export const SEARCH_ATTRIBUTES = [HoldfastPlatform, HoldfastStatus, HoldfastTurns] as const;
export type SearchAttribute = (typeof SEARCH_ATTRIBUTES)[number];

/** The type as Temporal's command line names it. */
export const typeName = ({ type }: SearchAttribute) => (type === 'KEYWORD' ? 'Keyword' : 'Int');

/** Temporal's own, of a workflow that a schedule of it started: the time for which it did. */
export const TemporalScheduledStartTime = defineSearchAttributeKey(
  'TemporalScheduledStartTime',
  SearchAttributeType.DATETIME,
);
