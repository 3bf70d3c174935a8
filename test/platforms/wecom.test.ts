import { startWecomRig } from '../fakes/wecom/rig.ts';
import { platformContract } from './contract.ts';

platformContract('wecom', startWecomRig);
