import { attachFile } from './attach-file.ts';
import { calculator } from './calculator.ts';
import { currentTime } from './current-time.ts';
import { fetchUrl } from './fetch-url/fetch-url.ts';
import { offerChoices } from './offer-choices.ts';
import type { Tool } from './tool.ts';
import { wait } from './wait.ts';

export interface BuiltInOptions {
  /** Let `fetch_url` reach private addresses. */
  fetchPrivate: boolean;
}

/** The tools that every agent has unless its config says otherwise. */
export function builtInTools({ fetchPrivate }: BuiltInOptions): Tool[] {
  return [currentTime, calculator, fetchUrl({ fetchPrivate }), wait, offerChoices, attachFile];
}
