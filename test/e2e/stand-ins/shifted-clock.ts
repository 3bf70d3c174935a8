import { readFileSync, watchFile } from 'node:fs';

/**
 * Preloaded by `node --import`: the wall clock of this process, and of the threads that it starts, is as far off as the file
 * CLOCK_SHIFT says, in ms, now. Timers and `performance.now()` go by another clock, which does not jump; the same is so of a real one.
 */
const file = process.env.CLOCK_SHIFT ?? '';
const RealDate = globalThis.Date;
const realNow = RealDate.now;
let shift = 0;

const read = () => {
  shift = Number(readFileSync(file, 'utf8'));
};
read();
watchFile(file, { interval: 50, persistent: false }, read);

const now = () => realNow.call(RealDate) + shift;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  apply: () => new RealDate(now()).toString(),
  get: (target, key, receiver) => (key === 'now' ? now : Reflect.get(target, key, receiver)),
});
