import { startLineRig } from '../fakes/line/rig.ts';
import { platformContract } from './contract.ts';

platformContract('line', startLineRig);
