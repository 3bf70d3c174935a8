import { startDiscordRig } from './discord/rig.ts';
import { startFeishuRig } from './feishu/rig.ts';
import { startGoogleChatRig } from './google-chat/rig.ts';
import { startHttpRig } from './http/rig.ts';
import { startLineRig } from './line/rig.ts';
import { startMatrixRig } from './matrix/rig.ts';
import type { Rig } from './rig.ts';
import { startSlackRig } from './slack/rig.ts';
import { startTeamsRig } from './teams/rig.ts';
import { startTelegramRig } from './telegram/rig.ts';
import { startWechatRig } from './wechat/rig.ts';
import { startWecomRig } from './wecom/rig.ts';
import { startWhatsAppRig } from './whatsapp/rig.ts';

/** Every platform's fake, by the platform's name. */
export const RIGS: Record<string, () => Promise<Rig>> = {
  discord: startDiscordRig,
  'google-chat': () => startGoogleChatRig(),
  feishu: startFeishuRig,
  http: startHttpRig,
  line: startLineRig,
  slack: startSlackRig,
  teams: () => startTeamsRig(),
  telegram: startTelegramRig,
  wechat: startWechatRig,
  wecom: startWecomRig,
  whatsapp: startWhatsAppRig,
  matrix: startMatrixRig,
};
