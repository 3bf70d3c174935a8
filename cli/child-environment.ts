import path from 'node:path';
import type { Environment } from '../config/environment.ts';
import { internalKey } from './home.ts';
import type { TemporalPlan } from './plan-temporal.ts';

/** Base URL at which this machine reaches the gateway. */
export function gatewayUrl(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Settings for reaching a server elsewhere: they would lead away from our own. */
const ELSEWHERE = /^TEMPORAL_(PROFILE|API_KEY|TLS|GRPC_META)/;

/** The environment of gateway and worker: the user's own, with what was settled for this run. */
export function childEnvironment(
  env: NodeJS.ProcessEnv,
  environment: Environment,
  port: number,
  temporal: TemporalPlan,
): NodeJS.ProcessEnv {
  const { HOST, HOLDFAST_HOME, HOLDFAST_INTERNAL_KEY, HOLDFAST_GATEWAY_URL } = environment;
  const isOurs = temporal.server !== undefined;
  const kept = Object.entries(env).filter(([name]) => !isOurs || !ELSEWHERE.test(name));
  return {
    ...Object.fromEntries(kept),
    // A file that is not there means no profile; an empty one would be an error.
    ...(isOurs && { TEMPORAL_CONFIG_FILE: path.join(HOLDFAST_HOME, 'no-temporal-profile') }),
    ...(temporal.ui && { TEMPORAL_UI_URL: temporal.ui }),
    TEMPORAL_ADDRESS: temporal.address,
    HOST,
    PORT: String(port),
    HOLDFAST_HOME,
    HOLDFAST_INTERNAL_KEY: HOLDFAST_INTERNAL_KEY ?? internalKey(HOLDFAST_HOME),
    // Who is started again after a kill has its code compiled already.
    NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE ?? path.join(HOLDFAST_HOME, 'cache', 'compiled'),
    HOLDFAST_GATEWAY_URL: HOLDFAST_GATEWAY_URL ?? gatewayUrl(HOST, port),
  };
}
