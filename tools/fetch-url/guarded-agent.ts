import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { ToolError } from '../tool.ts';
import { isPublicAddress } from './address-policy.ts';

interface Address {
  address: string;
  family: number;
}
type Resolve = (host: string) => Promise<Address[]>;

/** How names are resolved and addresses judged; by the system and `isPublicAddress` if not given. */
export interface AddressGuard {
  resolve?: Resolve;
  isPublic?(address: string): boolean;
}

const resolveBySystem: Resolve = (host) => systemLookup(host, { all: true });

/**
 * An HTTP agent that connects only to public addresses. It checks the very address that it connects to, so a name that
 * resolves differently a moment later (DNS rebinding) gains nothing.
 */
export function guardedAgent({ resolve = resolveBySystem, isPublic = isPublicAddress }: AddressGuard): Agent {
  const publicAddresses = async (host: string): Promise<[Address, ...Address[]]> => {
    const [first, ...others] = await resolve(host);
    if (!first) throw new ToolError(`the host ${host} has no address`);
    if ([first, ...others].some(({ address }) => !isPublic(address))) throw privateAddress(host);
    return [first, ...others];
  };
  const connect = buildConnector({
    timeout: 10_000,
    lookup(host, { all }, callback) {
      publicAddresses(host).then(
        (found) => (all ? callback(null, found) : callback(null, found[0].address, found[0].family)),
        (error) => callback(error, ''),
      );
    },
  });
  return new Agent({
    connect(options, callback) {
      // A literal address is never looked up.
      const host = options.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) && !isPublic(host)) return callback(privateAddress(host), null);
      connect(options, callback);
    },
  });
}

function privateAddress(host: string): ToolError {
  return new ToolError(`${host} is a private address, which this tool may not reach`);
}
