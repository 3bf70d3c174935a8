import { startHttpRig } from './http/rig.ts';
import type { Rig } from './rig.ts';
import { startTelegramRig } from './telegram/rig.ts';

/** Every platform's fake, by the platform's name. */
export const RIGS: Record<string, () => Promise<Rig>> = {
  http: startHttpRig,
  telegram: startTelegramRig,
};
