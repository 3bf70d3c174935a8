import type { MiddlewareHandler } from 'hono';

/** What a gateway measures. */
export interface GatewayMetrics {
  /** A webhook request was answered. */
  acknowledged(labels: { platform: string; status: number }, seconds: number): void;
  /** How many event streams are open is asked when it is to be told. */
  watchStreams(open: () => number): void;
}

/** Times webhook requests until their answer is ready. What is no platform here shares one label: anybody can make names up. */
export function timeAcknowledgement(
  metrics: GatewayMetrics,
  platforms: ReadonlyMap<string, unknown>,
): MiddlewareHandler {
  return async (context, next) => {
    const began = performance.now();
    await next();
    const [, , name = ''] = context.req.path.split('/');
    const platform = platforms.has(name) ? name : 'unknown';
    metrics.acknowledged({ platform, status: context.res.status }, (performance.now() - began) / 1000);
  };
}
