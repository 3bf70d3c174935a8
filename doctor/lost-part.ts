import type { Client } from '@temporalio/client';
import { commandOf } from '../contract/commands.ts';
import type { DeliveredPart, DeliveryRequest } from '../contract/delivery.ts';
import type { Healed, Healing } from '../contract/healing.ts';
import type { InboundMessage } from '../contract/message.ts';
import type { ModelRequest, ModelStep } from '../contract/model-step.ts';
import { receive } from '../contract/signals.ts';
import { type DelegatedTask, TASK, type TaskStart } from '../contract/task.ts';
import type { ToolRun } from '../contract/tool-call.ts';
import { textOf, toolCallsOf } from '../contract/transcript.ts';
import { attributesOf, type HistoryEvent, isType, valuesIn } from './history.ts';

/** What became of a turn in the part of a history that is given up. */
interface LostTurn {
  /** Event id of its latest model call. */
  asked: number;
  said: string[];
  /** The model has come to its end. */
  ended: boolean;
  /** Tools that may have changed something. */
  acted: string[];
  /** The platform's ids of what was sent, and whether that was all. */
  shown: string[];
  shownWhole: boolean;
}

/**
 * What a conversation must be told of the part of its history that is given up, so that nothing in it happens twice and nothing is
 * forgotten: what was answered is not answered again, and what acted is not run again. `kept` are the events before that part.
 */
export async function healingOf(
  client: Client,
  kept: HistoryEvent[],
  lost: HistoryEvent[],
): Promise<Healing> {
  const all = [...kept, ...lost];
  // What came after the last task that was done, the conversation reads together with this.
  const done = kept.findLastIndex((event) => isType(event, 'WORKFLOW_TASK_COMPLETED')) + 1;
  const reader = new LostPart(client, all);
  for (const event of all.slice(0, done)) await reader.learn(event);
  for (const event of all.slice(done)) await reader.read(event);
  return reader.healing();
}

class LostPart {
  readonly #client: Client;
  readonly #scheduled: Map<number, HistoryEvent>;
  readonly #effects = new Map<string, string>();
  readonly #turns = new Map<number, LostTurn>();
  readonly #messages: { id: string; at: number }[] = [];
  readonly #tasks: DelegatedTask[] = [];
  #current = 0;

  constructor(client: Client, events: HistoryEvent[]) {
    this.#client = client;
    this.#scheduled = new Map(
      events
        .filter((event) => isType(event, 'ACTIVITY_TASK_SCHEDULED'))
        .map((event) => [event.eventId, event]),
    );
  }

  /** What is known of the calls that are run afterwards. */
  async learn(event: HistoryEvent): Promise<void> {
    const { scheduledEventId = 0, result } = attributesOf(event);
    const scheduled = this.#scheduled.get(scheduledEventId);
    if (!scheduled || !isType(event, 'ACTIVITY_TASK_COMPLETED')) return;
    if (attributesOf(scheduled).activityType?.name !== 'callModel') return;
    const [step] = (await valuesIn(this.#client, result)) as [ModelStep];
    this.#plans(step);
  }

  #plans({ calls }: ModelStep): void {
    for (const call of calls) if ('policy' in call) this.#effects.set(call.id, call.policy.effect);
  }

  async read(event: HistoryEvent): Promise<void> {
    const { signalName, input, workflowType } = attributesOf(event);
    if (isType(event, 'WORKFLOW_EXECUTION_SIGNALED') && signalName === receive.name) {
      const [message] = (await valuesIn(this.#client, input)) as [InboundMessage | undefined];
      // Commands are given again: what they changed is lost too.
      if (message && commandOf(message) === undefined)
        this.#messages.push({ id: message.id, at: event.eventId });
    }
    if (isType(event, 'ACTIVITY_TASK_SCHEDULED')) await this.#begins(event);
    if (isType(event, 'ACTIVITY_TASK_COMPLETED')) await this.#ends(event);
    if (isType(event, 'START_CHILD_WORKFLOW_EXECUTION_INITIATED') && workflowType?.name === TASK)
      await this.#delegates(event);
  }

  healing(): Healing {
    const healing: Healing = { healed: [], again: [], tasks: this.#tasks };
    for (const [turn, lost] of [...this.#turns].toSorted(([one], [other]) => one - other)) {
      const answers = this.#messages.filter(({ at }) => at < lost.asked).map(({ id }) => id);
      for (const _ of answers) this.#messages.shift();
      const healed: Healed = { turn, answers };
      if (lost.ended)
        healing.healed.push({
          ...healed,
          said: lost.said.join('\n\n'),
          ...(lost.shownWhole ? { shown: lost.shown } : {}),
        });
      else if (lost.acted.length > 0) healing.healed.push({ ...healed, unknown: lost.acted });
      else {
        // Its messages come again, and so do those after them.
        healing.again.push(turn);
        break;
      }
    }
    return healing;
  }

  async #begins(event: HistoryEvent): Promise<void> {
    const { activityType: { name } = { name: '' }, input } = attributesOf(event);
    const [value] = await valuesIn(this.#client, input);
    if (name === 'callModel') {
      this.#current = (value as ModelRequest).turn;
      this.#turn(this.#current).asked = event.eventId;
      return;
    }
    const { callId, turn } = (value ?? {}) as Partial<ToolRun>;
    // Calls of tasks have turns of their own, in workflows of their own.
    if (callId === undefined || turn === undefined || this.#effects.get(callId) === 'read') return;
    this.#turn(turn).acted.push(name);
  }

  async #ends(event: HistoryEvent): Promise<void> {
    const { scheduledEventId = 0, result } = attributesOf(event);
    const scheduled = this.#scheduled.get(scheduledEventId);
    if (!scheduled) return;
    const { activityType: { name } = { name: '' }, input } = attributesOf(scheduled);
    if (name !== 'callModel' && name !== 'deliver') return;
    const [[asked], [got]] = await Promise.all([
      valuesIn(this.#client, input),
      valuesIn(this.#client, result),
    ]);
    if (name === 'callModel') this.#said((asked as ModelRequest).turn, scheduledEventId, got as ModelStep);
    else this.#shown(asked as DeliveryRequest, got as DeliveredPart);
  }

  #said(number: number, asked: number, step: ModelStep): void {
    const { content, stopped } = step;
    this.#current = number;
    const turn = this.#turn(number);
    turn.asked = Math.max(turn.asked, asked);
    const text = textOf(content);
    if (text !== '') turn.said.push(text);
    this.#plans(step);
    turn.ended = stopped === true || toolCallsOf(content).length === 0;
  }

  #shown({ deliveryId }: DeliveryRequest, { receipt, next }: DeliveredPart): void {
    const [, number] = /\.t(\d+)(?:\.p\d+)?$/.exec(deliveryId) ?? [];
    if (number === undefined) return;
    const turn = this.#turn(Number(number));
    turn.shown.push(receipt.messageId);
    turn.shownWhole = next === null;
  }

  async #delegates(event: HistoryEvent): Promise<void> {
    const [start] = (await valuesIn(this.#client, attributesOf(event).input)) as [TaskStart];
    const { id, task, origin, chosen } = start;
    this.#tasks.push({
      id,
      task: task.slice(0, 80).toWellFormed(),
      since: event.eventTime.seconds * 1000,
      origin,
      ...(chosen.agent === undefined ? {} : { agent: chosen.agent }),
    });
    this.#turn(this.#current).acted.push('delegate');
  }

  #turn(number: number): LostTurn {
    const turn = this.#turns.get(number) ?? {
      asked: 0,
      said: [],
      ended: false,
      acted: [],
      shown: [],
      shownWhole: false,
    };
    this.#turns.set(number, turn);
    return turn;
  }
}
