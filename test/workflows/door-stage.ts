import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { createAccess } from '../../activities/access.ts';
import { createAdmit } from '../../activities/admit.ts';
import type { SenderAccess } from '../../contract/access.ts';
import type { Admission, AdmissionRequest } from '../../contract/admission.ts';
import type { DeliveryRequest } from '../../contract/delivery.ts';
import type { InboundMessage } from '../../contract/message.ts';
import type { ModelRequest, ModelStep } from '../../contract/model-step.ts';
import { type DeliveryTarget, reply, transcript } from '../../contract/signals.ts';
import type { ToolRun } from '../../contract/tool-call.ts';
import type { Entry, ReplyEntry, UserEntry } from '../../contract/transcript.ts';
import { hostConversations } from '../support/conversation-host.ts';
import { eventually } from '../support/eventually.ts';

const usage = { inputTokens: 100, outputTokens: 10 };
export const answer = (text: string): ModelStep => ({ content: [{ type: 'text', text }], calls: [], usage });
/** A step that calls a tool of the stage: `hold` ends when the test lets it, `guarded` must be approved. */
export const calls = (name: 'hold' | 'guarded'): ModelStep => ({
  content: [{ type: 'tool-call', toolCallId: 'c1', toolName: name, input: {} }],
  calls: [
    {
      id: 'c1',
      policy: {
        effect: 'read',
        timeoutMs: 60_000,
        attempts: 2,
        ...(name === 'guarded' ? { approval: { shown: '`guarded`', scope: '', expireMs: 600_000 } } : {}),
      },
    },
  ],
  usage,
});

/** What the model is asked, and what it has heard of people in all its turns. */
export interface Asked {
  request: ModelRequest;
  heard: UserEntry[];
}

/** Conversations on a real server with the real door: accounts, pairings, and all that asks them. */
export class DoorStage {
  host!: Awaited<ReturnType<typeof hostConversations>>;
  model: (asked: Asked) => ModelStep | Promise<ModelStep> = ({ heard }) =>
    answer(`re: ${heard.at(-1)?.text}`);
  /** Takes the place of the activity `admit`. */
  admit: ((requests: AdmissionRequest[]) => Promise<Admission[]>) | undefined;
  /** Milliseconds that each delivery takes. */
  deliveryMs = 0;
  /** Each time that `admit` was asked. */
  readonly admitted: AdmissionRequest[][] = [];
  readonly asked: Asked[] = [];
  /** Runs of `hold`. */
  readonly ran: ToolRun[] = [];
  readonly sent: { conversation: string; text: string; target: DeliveryTarget; request: DeliveryRequest }[] =
    [];
  /** Resolved by a test to let `hold` end. */
  gate = Promise.withResolvers<void>();

  static async start(temporalArguments: string[] = []): Promise<DoorStage> {
    const stage = new DoorStage();
    const client = () => stage.host.client;
    const access = () => createAccess({ client: client(), queues: 'one' });
    const own = () => {
      const { workflowId, runId } = Context.current().info.workflowExecution ?? { workflowId: '', runId: '' };
      return client().workflow.getHandle(workflowId, runId);
    };
    stage.host = await hostConversations(
      {
        async callModel(request) {
          const { entries } = await own().query(transcript, request);
          const asked = { request, heard: entries.filter((entry) => entry.kind === 'user') };
          stage.asked.push(asked);
          return stage.model(asked);
        },
        async deliver(request) {
          const { entry, target } = await own().query(reply, request.reply);
          await sleep(stage.deliveryMs);
          stage.sent.push({ conversation: request.conversation, text: entry.text, target, request });
          return { receipt: { messageId: `sent-${stage.sent.length}` }, next: null };
        },
        async hold(run: ToolRun) {
          stage.ran.push(run);
          await stage.gate.promise;
          return 'held';
        },
        guarded: async () => 'done',
        findGrant: async () => false,
        admit: async (requests) => {
          stage.admitted.push(requests);
          return (stage.admit ?? createAdmit({ client: client() }))(requests);
        },
        readAccount: (account) => access().readAccount(account),
        listPairings: () => access().listPairings(),
        tryPairingCode: (tried) => access().tryPairingCode(tried),
        // The answer to the first attempt is lost, after it acted.
        async tellPaired(paired) {
          await access().tellPaired(paired);
          if (Context.current().info.attempt === 1) throw new Error('the connection was cut');
        },
      },
      temporalArguments,
    );
    return stage;
  }

  /** Somebody writes, with what the gateway says of them. */
  say(
    conversation: string,
    from: string,
    text: string,
    access: Partial<SenderAccess> = {},
    more: Partial<InboundMessage> & { whileBusy?: 'queue' | 'steer' | 'collect' | 'interrupt' } = {},
  ): Promise<string> {
    const { whileBusy = 'queue', ...message } = more;
    return this.host.say(
      conversation,
      { text, sender: { id: from }, ...message },
      { whileBusy, access: { role: 'user', ...access } },
    );
  }

  async entries(conversation: string): Promise<Entry[]> {
    return (await this.host.view(conversation)).entries;
  }

  /** What was said in a conversation: texts of the replies, once there are so many and nothing waits. */
  async replies(conversation: string, count: number): Promise<string[]> {
    const { entries } = await this.host.settled(conversation, count);
    return repliesIn(entries).map(({ text }) => text);
  }

  /** Texts that went out in a conversation. */
  shown(conversation: string): string[] {
    return this.sent.filter((one) => one.conversation === conversation).map(({ text }) => text);
  }

  /** Everything that the model ever heard. */
  get heard(): string[] {
    return [...new Set(this.asked.flatMap(({ heard }) => heard.map(({ text }) => text)))];
  }

  /** The code that was told in a conversation, once it is. */
  async code(conversation: string): Promise<string> {
    return eventually(() => /code is `([A-Z0-9]{8})`/.exec(this.shown(conversation).join('\n'))?.[1], {
      what: `a code in ${conversation}`,
    });
  }

  async stop(): Promise<void> {
    this.gate.resolve();
    await this.host?.stop();
  }
}

export function repliesIn(entries: Entry[]): ReplyEntry[] {
  return entries.filter((entry): entry is ReplyEntry => entry.kind === 'reply');
}

export function refusedIn(entries: Entry[]): [reason: string | undefined, text: string][] {
  return entries.flatMap((entry): [string | undefined, string][] =>
    entry.kind === 'user' && entry.refused !== undefined ? [[entry.refused, entry.text]] : [],
  );
}
