import type { ConversationView } from '../contract/signals.ts';
import type { ConversationStart, ConversationState } from '../contract/state.ts';
import type { Approvals } from './approvals/approvals.ts';
import type { Compaction } from './context/compaction.ts';
import type { Spending } from './context/spending.ts';
import type { Inbox } from './inbox.ts';
import type { Outbox } from './outbox.ts';
import type { Tasks } from './tasks/tasks.ts';
import type { Transcript } from './transcript.ts';

/** What a conversation is made of, for its commands to look at and to change. */
export interface Parts {
  readonly start: ConversationStart;
  readonly inbox: Inbox;
  readonly transcript: Transcript;
  readonly outbox: Outbox;
  readonly approvals: Approvals;
  readonly tasks: Tasks;
  readonly compaction: Compaction;
  readonly spending: Spending;
  /** What `/agent` and `/model` chose. */
  chosen: ConversationState['chosen'];
  /** From now on the agent knows nothing of what was said here before. */
  startAfresh(): void;
  view(after: number): ConversationView;
}
