import { type Context, Hono } from 'hono';
import type { LambdaContext } from 'hono/aws-lambda';
import { readEnvironment } from '../../config/environment.ts';
import { createLog } from '../../config/log.ts';
import { createGateway } from '../create-gateway.ts';

/** Of the time that a function has left, what is kept for sending what there is. */
const MARGIN_MS = 1_000;

/** What hono tells of an invocation; under this name where it streams, and under that where it does not. */
interface Invocation {
  context?: LambdaContext;
  lambdaContext?: LambdaContext;
}

/**
 * The gateway for AWS Lambda, whose process may be frozen with every answer and never go on: nothing of it is to run after one, nobody
 * can push to it, and what waits for an answer is ended before the function's time is over, after `longestMs` at most. It cannot tell who
 * is at the other end, so without HOLDFAST_API_KEYS the HTTP API answers nobody.
 */
export async function createLambdaGateway(
  streams: boolean,
  longestMs = Number.POSITIVE_INFINITY,
): Promise<Hono> {
  const environment = readEnvironment();
  const gateway = await createGateway(environment, createLog(environment), { streams, freezes: true });
  return new Hono().all('*', (context) => {
    const ms = Math.min(timeLeft(context) - MARGIN_MS, longestMs);
    const signal = AbortSignal.timeout(Math.max(0, ms));
    return gateway.fetch(new Request(context.req.raw, { signal }));
  });
}

function timeLeft({ env }: Context): number {
  const { context, lambdaContext = context } = env as Invocation;
  return lambdaContext?.getRemainingTimeInMillis() ?? 0;
}
