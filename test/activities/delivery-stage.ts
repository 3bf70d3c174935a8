import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { ActivityDependencies } from '../../activities/activities.ts';
import type { Button, Receipt } from '../../contract/delivery.ts';
import type { DeliveryTarget } from '../../contract/signals.ts';
import type { ReplyEntry } from '../../contract/transcript.ts';
import type { NamedFile, Outbound, OutboundContext } from '../../platforms/platform.ts';

/** What a platform was asked to do. */
export interface Act {
  does: 'post' | 'edit' | 'find' | 'sendFile';
  context: OutboundContext;
  text?: string;
  buttons?: readonly Button[] | undefined;
  file?: NamedFile;
  /** The message that is edited. */
  messageId?: string;
}

/** A platform that notes what it is asked to do. `on` decides what comes of it: a message's id, or a failure that it throws. */
export function stagePlatform(on: (act: Act) => string | undefined | Promise<string>, parts = 1_000) {
  const acts: Act[] = [];
  const act = async (one: Act): Promise<string | undefined> => {
    acts.push(one);
    return on(one);
  };
  const receipt = async (one: Act): Promise<Receipt> => ({ messageId: (await act(one)) ?? 'm1' });
  const outbound = {
    split: (text, from) => ({
      text: text.slice(from, from + parts),
      next: text.length > from + parts ? from + parts : null,
    }),
    post: (context, text, buttons) => receipt({ does: 'post', context, text, buttons }),
    edit: async (context, { messageId }, text, buttons) => {
      await act({ does: 'edit', context, messageId, text, buttons });
    },
    find: async (context, text, buttons) => {
      const messageId = await act({ does: 'find', context, text, buttons });
      return messageId === undefined ? undefined : { messageId };
    },
    sendFile: (context, file) => receipt({ does: 'sendFile', context, file }),
  } satisfies Outbound;
  return { acts, outbound: outbound as Outbound };
}

const logger = new DefaultLogger('ERROR', () => {});

/** Runs an activity of a delivery as its `attempt`-th attempt, with one reply to read. */
export async function runDelivery<Request, Result>(
  create: (dependencies: ActivityDependencies) => (request: Request) => Promise<Result>,
  request: Request,
  options: {
    outbound: Outbound;
    reply?: Partial<ReplyEntry>;
    target?: Partial<DeliveryTarget> | (() => Partial<DeliveryTarget>);
    attempt?: number;
    heartbeatDetails?: unknown;
    /** Called with what a next attempt would find. */
    onBeat?: (details: unknown) => void;
    fetchPrivate?: boolean;
  },
): Promise<Result> {
  const { outbound, reply, target, attempt = 1, heartbeatDetails, fetchPrivate = false } = options;
  const read = () => ({
    entry: {
      kind: 'reply',
      seq: 3,
      turn: 1,
      status: 'answered',
      text: 'hello',
      answers: [],
      at: 0,
      ...reply,
    },
    target: {
      platform: 'stage',
      conversation: 'c',
      deliveryId: '',
      knownMessageIds: [],
      live: [],
      ...(typeof target === 'function' ? target() : target),
    },
  });
  const dependencies = {
    client: {
      withDeadline: (_: number, ask: () => unknown) => ask(),
      workflow: { getHandle: () => ({ query: async () => read() }) },
    },
    platforms: new Map([['stage', { name: 'stage', outbound }]]),
    fetchPrivate,
  } as unknown as ActivityDependencies;
  const client = {
    withDeadline: (_: number, ask: () => unknown) => ask(),
    withAbortSignal: (_: unknown, ask: () => unknown) => ask(),
    activity: { heartbeat: async (_: unknown, details: unknown) => environment.emit('heartbeat', details) },
  };
  const environment = new MockActivityEnvironment(
    { attempt, heartbeatDetails, currentAttemptScheduledTimestampMs: Date.now() },
    { client: client as unknown as Client, logger },
  );
  if (options.onBeat) environment.on('heartbeat', options.onBeat);
  return environment.run(create(dependencies), request);
}
