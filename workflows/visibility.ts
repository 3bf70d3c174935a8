import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { attributesOf } from '../contract/search-attributes.ts';
import type { ConversationView } from '../contract/signals.ts';
import type { ConversationStatus } from '../contract/state.ts';
import { detailsOf } from './details.ts';

/** How a conversation shows in Temporal: by search attributes, and in markdown for people. */
export class Visibility {
  readonly #platform: string;
  readonly #view: () => ConversationView;
  #status: ConversationStatus | undefined;

  constructor(platform: string, view: () => ConversationView) {
    this.#platform = platform;
    this.#view = view;
  }

  get status(): ConversationStatus {
    return this.#status ?? 'idle';
  }

  /** Each change costs an event and an action, so only changes are written. */
  setStatus(status: ConversationStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    upsertSearchAttributes(attributesOf(this.#platform, status, this.#view().turns));
    this.refresh();
  }

  refresh(): void {
    setCurrentDetails(detailsOf(this.#view()));
  }
}
