import { startPlainWechatRig, startWechatRig } from '../fakes/wechat/rig.ts';
import { platformContract } from './contract.ts';

platformContract('wechat', startWechatRig);
platformContract('wechat', startPlainWechatRig);
