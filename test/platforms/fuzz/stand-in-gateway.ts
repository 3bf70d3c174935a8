import type { Client } from '@temporalio/client';
import { Hono } from 'hono';
import type { Log } from '../../../config/log.ts';
import type { InboundMessage } from '../../../contract/message.ts';
import { DEFAULT_SETTINGS } from '../../../contract/settings.ts';
import { createApp } from '../../../gateway/create-app.ts';
import type { Platform, WebhookRequest } from '../../../platforms/platform.ts';

interface Stored {
  workflowId: string;
  message: InboundMessage;
}

/** The gateway as it is, with one platform; what it would send to Temporal is kept here. */
export interface StandInGateway {
  send(request: WebhookRequest): Promise<Response>;
  /** Since it was asked last. */
  takeStored(): Stored[];
  /** Errors that nobody foresaw, since it was asked last. */
  takeUnforeseen(): string[];
}

export function standInGateway(platform: Platform): StandInGateway {
  const stored: Stored[] = [];
  const unforeseen: string[] = [];
  const keep = (workflowId: string, message: InboundMessage) =>
    // As it would be in the history.
    void stored.push({ workflowId, message: JSON.parse(JSON.stringify(message)) as InboundMessage });
  const client = {
    withDeadline: (_deadline: number, act: () => Promise<unknown>) => act(),
    workflow: {
      async signalWithStart(_type: string, options: { workflowId: string; signalArgs: [InboundMessage] }) {
        keep(options.workflowId, options.signalArgs[0]);
      },
      getHandle: (workflowId: string) => ({
        signal: async (_signal: unknown, message: InboundMessage) => keep(workflowId, message),
      }),
    },
  };
  const log = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: ({ reason }: { reason?: string }) => unforeseen.push(String(reason)),
  };
  const app = createApp({
    client: client as unknown as Client,
    settings: () => DEFAULT_SETTINGS,
    queues: 'one',
    groupPolicy: () => 'always',
    platforms: new Map([[platform.name, platform]]),
    missingSecrets: () => undefined,
    apiKeys: [],
    internalKey: undefined,
    gatewayUrl: 'http://gateway.test',
    remoteAddress: () => '127.0.0.1',
    streams: true,
    agents: [],
    temporalLink: () => undefined,
    webChat: new Hono(),
    operate: new Hono(),
    log: log as unknown as Log,
  });
  return {
    async send({ method, url, headers, body }) {
      const bytes = Buffer.from(body);
      const init = { method, headers: new Headers(headers), ...(method === 'GET' ? {} : { body: bytes }) };
      // As every client does.
      if (method !== 'GET') init.headers.set('content-length', String(bytes.length));
      return app.request(url, init);
    },
    takeStored: () => stored.splice(0),
    takeUnforeseen: () => unforeseen.splice(0),
  };
}
