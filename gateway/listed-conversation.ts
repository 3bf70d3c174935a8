import type { Sender } from '../contract/message.ts';

/** A conversation as `GET /v1/conversations` lists it. */
export interface ListedConversation {
  conversation: string;
  platform: string;
  status: string;
  turns: number;
  started: string;
  /** Who wrote there, the latest of them last; nobody in the web chat and by the HTTP API. */
  senders: Sender[];
}
