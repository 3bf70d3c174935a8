import { startSlackRig } from '../fakes/slack/rig.ts';
import { platformContract } from './contract.ts';

platformContract('slack', startSlackRig);
