import { UserError } from '../user-error.ts';

/** A conversation in the HTTP API of a gateway. */
export interface Link {
  /** Base URL of the gateway. */
  url: string;
  /** One of its HOLDFAST_API_KEYS, if it has any. */
  key: string | undefined;
  conversation: string;
}

export function addressOf({ url, conversation }: Link, below = ''): string {
  return `${url}/v1/conversations/${encodeURIComponent(conversation)}${below}`;
}

export function headersOf({ key }: Link): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

/** Whether to try again would not help: what the gateway says is the same the next time. */
export function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** What a gateway says that it refuses. */
export function refusal(status: number, message: string): UserError {
  if (status === 401)
    return new UserError('The gateway asks for a key: put one of its HOLDFAST_API_KEYS into that variable.');
  return new UserError(`The gateway refuses it: ${message}`);
}
