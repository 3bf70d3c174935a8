import { HoldfastPlatform, HoldfastStatus, HoldfastTurns } from '../../contract/search-attributes.ts';

/** What a namespace must have before a conversation can run in it. */
export const SEARCH_ATTRIBUTES = [HoldfastPlatform, HoldfastStatus, HoldfastTurns] as const;
export type SearchAttribute = (typeof SEARCH_ATTRIBUTES)[number];

/** The type as Temporal's command line names it. */
export const typeName = ({ type }: SearchAttribute) => (type === 'KEYWORD' ? 'Keyword' : 'Int');
