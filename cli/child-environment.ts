import path from 'node:path';
import type { Environment } from '../config/environment.ts';
import { secret } from './home.ts';
import type { TemporalPlan } from './plan-temporal.ts';

/** Settings for reaching a server elsewhere: they would lead away from our own. */
const ELSEWHERE = /^TEMPORAL_(PROFILE|API_KEY|TLS|GRPC_META)/;

/**
 * Memory of the SDK's core, as glibc has it. By default each thread has an arena of its own, and what was freed is kept: a worker that
 * 10,000 conversations have passed through is 50 MB larger. Elsewhere these mean nothing.
 */
export const LEAN_MALLOC = { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072' };

/** The environment that gateways and workers share: the user's own, with what was settled for this run. */
export function childEnvironment(
  env: NodeJS.ProcessEnv,
  environment: Environment,
  temporal: TemporalPlan,
): NodeJS.ProcessEnv {
  const { HOST, HOLDFAST_HOME, HOLDFAST_INTERNAL_KEY } = environment;
  const isOurs = temporal.run !== undefined;
  const kept = Object.entries(env).filter(([name]) => !isOurs || !ELSEWHERE.test(name));
  return {
    ...LEAN_MALLOC,
    ...Object.fromEntries(kept),
    // A file that is not there means no profile; an empty one would be an error.
    ...(isOurs && { TEMPORAL_CONFIG_FILE: path.join(HOLDFAST_HOME, 'no-temporal-profile') }),
    ...(temporal.ui && { TEMPORAL_UI_URL: temporal.ui }),
    TEMPORAL_ADDRESS: temporal.address,
    HOST,
    HOLDFAST_HOME,
    HOLDFAST_INTERNAL_KEY: HOLDFAST_INTERNAL_KEY ?? secret(HOLDFAST_HOME, 'internal.key'),
    // Who is started again after a kill has its code compiled already.
    NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE ?? path.join(HOLDFAST_HOME, 'cache', 'compiled'),
  };
}
