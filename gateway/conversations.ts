import { type Client, isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client';
import { acceptMessage } from '../contract/accept-message.ts';
import { parseConversationId, workflowIdOf } from '../contract/conversation-id.ts';
import type { InboundMessage } from '../contract/message.ts';
import { PERSON, type Place } from '../contract/place.ts';
import { TASK_QUEUE } from '../contract/queues.ts';
import { HoldfastPlatform, HoldfastStatus, HoldfastTurns } from '../contract/search-attributes.ts';
import { sendersIn, withSender } from '../contract/senders.ts';
import type { ConversationSettings } from '../contract/settings.ts';
import { CONVERSATION, type ConversationView, places, receive, seen, view } from '../contract/signals.ts';
import type { ConversationStart } from '../contract/state.ts';
import type { Tracing } from '../telemetry/start-tracing.ts';
import { unavailable } from './errors.ts';
import { type GroupPolicyOf, isWanted } from './group-policy.ts';
import type { ListedConversation } from './listed-conversation.ts';
import type { Arrival, ResolveSettings } from './settings.ts';
import { shared } from './shared-conversation.ts';

/** How long Temporal may take to store a message: platforms wait three seconds at least. */
const STORE_MS = 2_500;
const READ_MS = 5_000;
/** The same for a run before, which a worker replays first. */
const REPLAY_MS = 10_000;
/** How long a duplicate may be looked for before the message is stored anyway. */
const LOOK_MS = 1_500;
/** Conversations that are listed at once, … */
export const MOST_LISTED = 1_000;
/** … and that a sender is looked for in. */
const MOST_SEARCHED = 10_000;

export interface ConversationFilter {
  platform?: string | undefined;
  status?: string | undefined;
  /** In a sender's name or id, or in `{platform}:{id}`; small and capital letters are the same. */
  sender?: string | undefined;
  limit: number;
}

/** What the gateway does with conversations: all of it at Temporal, nothing of it kept here. */
export class Conversations {
  readonly #client: Client;
  readonly #settings: ResolveSettings;
  readonly #groupPolicy: GroupPolicyOf;
  readonly #tracing: Pick<Tracing, 'mark'> | undefined;

  /** `tracing`: what traces the requests that bring the messages. */
  constructor(
    client: Client,
    settings: ResolveSettings,
    groupPolicy: GroupPolicyOf,
    tracing?: Pick<Tracing, 'mark'>,
  ) {
    this.#client = client;
    this.#settings = settings;
    this.#groupPolicy = groupPolicy;
    this.#tracing = tracing;
  }

  /**
   * Resolves when Temporal has stored the message, with true; or with false if the operator wants nothing of it. Throws a
   * 503 `HttpError` when Temporal could not be reached, `InvalidConversationId` or `InvalidMessage` for what cannot be kept.
   */
  async store(arrival: Arrival): Promise<boolean> {
    const { platform, conversation } = arrival.id;
    if (!isWanted(arrival.message, this.#groupPolicy(platform, conversation))) return false;
    const { unaddressed: _, ...wanted } = acceptMessage(arrival.message);
    const settings = this.#settings(arrival);
    const { id, message } = shared({ ...arrival, message: wanted }, settings.access);
    const workflowId = workflowIdOf(id);
    const begun = arrival.begins ? { state: arrival.begins } : {};
    const send = message.deleted
      ? () => this.#client.workflow.getHandle(workflowId).signal(receive, message, settings)
      : () => this.#signalWithStart({ ...id, ...begun }, workflowId, message, settings);
    try {
      await this.#client.withDeadline(Date.now() + STORE_MS, send);
    } catch (error) {
      // A group where the bot was never spoken to: taking a message back there begins no conversation.
      if (!(message.deleted && error instanceof WorkflowNotFoundError))
        throw unavailable('temporal_unavailable', error);
    }
    return true;
  }

  async #signalWithStart(
    start: ConversationStart,
    workflowId: string,
    message: InboundMessage,
    settings: ConversationSettings,
  ): Promise<void> {
    const { platform, conversation } = start;
    const senders = withSender(undefined, message.sender);
    const traceparent = this.#tracing?.mark({ 'holdfast.conversation': workflowId });
    const received = { ...message, receivedAt: Date.now(), ...(traceparent ? { traceparent } : {}) };
    await this.#client.workflow.signalWithStart(CONVERSATION, {
      workflowId,
      taskQueue: TASK_QUEUE,
      args: [start],
      signal: receive,
      signalArgs: [received, settings],
      // Bounds what a worker's death in the middle of one costs.
      workflowTaskTimeout: '5s',
      ...(settings.tenant === undefined ? {} : { priority: { fairnessKey: settings.tenant } }),
      ...(senders ? { memo: { senders } } : {}),
      staticSummary: `${platform} conversation ${conversation}`.slice(0, 180),
    });
  }

  /** Whether there is a conversation. Throws a 503 `HttpError`. */
  async exists(workflowId: string): Promise<boolean> {
    try {
      const { status } = await this.#client.withDeadline(Date.now() + READ_MS, () =>
        this.#client.workflow.getHandle(workflowId).describe(),
      );
      return status.name === 'RUNNING';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw unavailable('temporal_unavailable', error);
    }
  }

  /** Whether the conversation has received this event id; null when no worker could tell in time. */
  async hasSeen(workflowId: string, eventId: string): Promise<boolean | null> {
    try {
      return await this.#client.withDeadline(Date.now() + LOOK_MS, () =>
        this.#client.workflow.getHandle(workflowId).query(seen, eventId),
      );
    } catch (error) {
      return error instanceof WorkflowNotFoundError ? false : null;
    }
  }

  /**
   * The state with the entries after a cursor, as it is or as it was at the end of a run before; undefined if there is no such
   * conversation or run. Throws a 503 `HttpError`.
   */
  async read(workflowId: string, after: number, run?: string): Promise<ConversationView | undefined> {
    try {
      return await this.#client.withDeadline(Date.now() + (run === undefined ? READ_MS : REPLAY_MS), () =>
        this.#client.workflow.getHandle(workflowId, run).query(view, after),
      );
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw unavailable(isConnectionLost(error) ? 'temporal_unavailable' : 'worker_unavailable', error);
    }
  }

  /** The state alone. */
  readState(workflowId: string): Promise<ConversationView | undefined> {
    return this.read(workflowId, Number.MAX_SAFE_INTEGER);
  }

  /** The state with all entries, however many pages they are. */
  async readWhole(workflowId: string): Promise<ConversationView | undefined> {
    const entries: ConversationView['entries'] = [];
    for (;;) {
      const page = await this.read(workflowId, entries.at(-1)?.seq ?? 0);
      if (!page) return undefined;
      entries.push(...page.entries);
      if (page.entries.length === 0 || page.entries.at(-1)?.seq === page.seq) return { ...page, entries };
    }
  }

  /**
   * All conversations of a platform that exist, without the platform's name, and the places there of those that people share
   * with other platforms. Throws a 503 `HttpError`.
   */
  async of(platform: string): Promise<string[]> {
    const found = await this.#idsOf(platform);
    for (const person of await this.#idsOf(PERSON))
      for (const place of await this.#placesOf(`${PERSON}/${person}`))
        if (place.platform === platform) found.push(place.conversation);
    return found;
  }

  async #idsOf(platform: string): Promise<string[]> {
    const prefix = `${platform}/`;
    const clauses = [
      `WorkflowType = '${CONVERSATION}'`,
      `ExecutionStatus = 'Running'`,
      // Not by the search attribute: it is set by a worker, and there may have been none yet.
      `WorkflowId STARTS_WITH '${prefix}'`,
    ];
    const found: string[] = [];
    try {
      for await (const { workflowId } of this.#client.workflow.list({ query: clauses.join(' AND ') }))
        found.push(workflowId.slice(prefix.length));
    } catch (error) {
      throw unavailable('temporal_unavailable', error);
    }
    return found;
  }

  async #placesOf(workflowId: string): Promise<Place[]> {
    try {
      return await this.#client.withDeadline(Date.now() + READ_MS, () =>
        this.#client.workflow.getHandle(workflowId).query(places),
      );
    } catch (error) {
      throw unavailable(isConnectionLost(error) ? 'temporal_unavailable' : 'worker_unavailable', error);
    }
  }

  /** Conversations by Temporal's visibility, newest first; by their senders, of the newest {@link MOST_SEARCHED}. */
  async list({ platform, status, sender, limit }: ConversationFilter): Promise<ListedConversation[]> {
    const clauses = [`WorkflowType = '${CONVERSATION}'`, `ExecutionStatus = 'Running'`];
    if (platform !== undefined) clauses.push(`${HoldfastPlatform.name} = '${platform}'`);
    if (status !== undefined) clauses.push(`${HoldfastStatus.name} = '${status}'`);
    const listed: ListedConversation[] = [];
    let looked = 0;
    try {
      for await (const execution of this.#client.workflow.list({
        query: clauses.join(' AND '),
        pageSize: sender === undefined ? limit : MOST_LISTED,
      })) {
        const found = {
          conversation: execution.workflowId,
          // Not by the search attribute, which a worker sets only when it has begun.
          platform: parseConversationId(execution.workflowId).platform,
          status: execution.typedSearchAttributes.get(HoldfastStatus) ?? '',
          turns: execution.typedSearchAttributes.get(HoldfastTurns) ?? 0,
          started: execution.startTime.toISOString(),
          senders: sendersIn(execution.memo),
        };
        looked += 1;
        if (sender === undefined || wroteIn(found, sender)) listed.push(found);
        if (listed.length >= limit || looked >= MOST_SEARCHED) break;
      }
    } catch (error) {
      throw unavailable('temporal_unavailable', error);
    }
    return listed;
  }
}

function wroteIn({ platform, senders }: ListedConversation, wanted: string): boolean {
  const names = senders.flatMap(({ id, name = '' }) => [name, `${platform}:${id}`]);
  return names.some((name) => name.toLowerCase().includes(wanted.toLowerCase()));
}

function isConnectionLost(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return isGrpcServiceError(cause) && cause.code === 14;
}
