import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Takes a while to stop, and says then whether Temporal is still there. */
process.once('disconnect', () => process.exit(0));
process.on('SIGINT', () => console.log('worker got Ctrl-C'));
process.on('SIGTERM', () => void stop());
console.log(JSON.stringify({ level: 30, time: Date.now(), msg: 'worker up' }));

async function stop(): Promise<never> {
  await sleep(300);
  const [host, port] = process.env.TEMPORAL_ADDRESS?.split(':') ?? [];
  await once(connect(Number(port), host), 'connect');
  console.log('worker stopped, before Temporal');
  process.exit(0);
}
