import { startFeishuRig } from '../fakes/feishu/rig.ts';
import { platformContract } from './contract.ts';

platformContract('feishu', startFeishuRig);
