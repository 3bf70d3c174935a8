import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

export const HoldfastPlatform = defineSearchAttributeKey('HoldfastPlatform', SearchAttributeType.KEYWORD);
/** `idle`, `running` or `awaiting-approval`. */
export const HoldfastStatus = defineSearchAttributeKey('HoldfastStatus', SearchAttributeType.KEYWORD);
export const HoldfastTurns = defineSearchAttributeKey('HoldfastTurns', SearchAttributeType.INT);
