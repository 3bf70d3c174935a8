import { WebhookRefused, type WebhookRequest } from '../platform.ts';

/** The methods of what a homeserver asks of an application service, by the path's part behind `/_matrix/app/v1/`. */
const METHODS = { transactions: 'PUT', ping: 'POST', users: 'GET', rooms: 'GET' };

export interface Endpoint {
  name: keyof typeof METHODS;
  /** Of the transaction, user or room alias. */
  id?: string;
}

/** What is asked for. Refused: 404 for what no application service has, 405 for the wrong method. */
export function endpointOf({ method, url }: WebhookRequest): Endpoint {
  const [, name = '', id] = /\/_matrix\/app\/v1\/(\w+)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
  if (!isName(name) || (id === undefined) !== (name === 'ping'))
    throw new WebhookRefused(404, 'M_UNRECOGNIZED', 'There is no such endpoint.');
  if (method !== METHODS[name])
    throw new WebhookRefused(405, 'method_not_allowed', `Send a ${METHODS[name]} request.`);
  return { name, ...(id !== undefined && { id: decoded(id) }) };
}

function isName(name: string): name is Endpoint['name'] {
  return Object.hasOwn(METHODS, name);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
