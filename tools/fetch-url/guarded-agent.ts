import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { ToolError } from '../tool.ts';
import { isPublicAddress } from './address-policy.ts';

type Resolve = (host: string) => Promise<{ address: string; family: number }[]>;

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
  const connect = buildConnector({
    timeout: 10_000,
    lookup(host, options, callback) {
      resolve(host).then(
        (addresses) => {
          const refused = addresses.find(({ address }) => !isPublic(address));
          const [first] = addresses;
          if (refused) return callback(privateAddress(host), '');
          if (!first) return callback(new ToolError(`the host ${host} has no address`), '');
          if (options.all) return callback(null, addresses);
          callback(null, first.address, first.family);
        },
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
