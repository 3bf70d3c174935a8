import type { PendingApproval, Reach } from '../../../contract/approval.ts';
import type { ListedConversation } from '../../listed-conversation.ts';
import { call, pathOf } from '../../web-chat/page/api.ts';

export interface Waiting extends PendingApproval {
  conversation: string;
}

export interface Filter {
  platform: string;
  status: string;
  sender: string;
}

/** What the gateway answered instead of what was asked for. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function listConversations(filter: Filter, signal: AbortSignal): Promise<ListedConversation[]> {
  const given = Object.entries(filter).filter(([, value]) => value.trim() !== '');
  const query = new URLSearchParams([...given, ['limit', '200']]);
  const { conversations } = await answer<{ conversations: ListedConversation[] }>(
    `/v1/conversations?${query}`,
    { signal },
  );
  return conversations;
}

export async function listApprovals(signal: AbortSignal): Promise<Waiting[]> {
  return (await answer<{ approvals: Waiting[] }>('/v1/approvals', { signal })).approvals;
}

/** What a button of a request decides. */
export type Decision = { decision: 'deny' } | { decision: 'approve'; reach: Reach };

export function decide({ conversation, id }: Waiting, decision: Decision): Promise<unknown> {
  return post(pathOf(conversation, `/approvals/${id}`), decision);
}

export function stop(conversation: string): Promise<unknown> {
  return post(pathOf(conversation, '/stop'), {});
}

export function reset(conversation: string): Promise<unknown> {
  return post(pathOf(conversation, '/reset'), {});
}

const SESSION = 'holdfast:session';

/** Whether this browser has signed in: the cookie itself is hidden from the page. */
export const session = { isOpen: (): boolean => localStorage.getItem(SESSION) !== null };

export async function signIn(key: string): Promise<void> {
  await post('/operate/session', { key });
  localStorage.setItem(SESSION, 'open');
}

export async function signOut(): Promise<void> {
  await answer('/operate/session', { method: 'DELETE' });
  localStorage.removeItem(SESSION);
}

function post(url: string, body: object): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json' };
  return answer(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function answer<T>(url: string, init: RequestInit): Promise<T> {
  const response = await call(url, init);
  const body = response.status === 204 ? undefined : await response.json();
  if (!response.ok)
    throw new Refused(response.status, (body as { error: { message: string } }).error.message);
  return body as T;
}
