import type { Receipt } from '../../contract/delivery.ts';
import { shortKey } from '../delivery-key.ts';
import { DeliveryRefused, type OutboundContext } from '../platform.ts';
import type { Api } from '../wechat/api.ts';

/** The longest that WeCom can be asked to recognise a repeated message, in seconds. */
const DUPLICATE_CHECK_SECONDS = 4 * 60 * 60;

/** Sends a message; the same one again is accepted and not shown for four hours. */
export type Send = (context: OutboundContext, msgtype: string, content: object) => Promise<Receipt>;

export function createSend(api: Api, agentId: number): Send {
  return async ({ conversation, key, signal }, msgtype, content) => {
    const json = {
      touser: userIdOf(conversation),
      msgtype,
      agentid: agentId,
      [msgtype]: content,
      enable_duplicate_check: 1,
      duplicate_check_interval: DUPLICATE_CHECK_SECONDS,
    };
    const { msgid, invaliduser, unlicenseduser } = await api.call({ path: 'message/send', json, signal });
    if (invaliduser)
      throw new DeliveryRefused('WeCom refused message/send: the app may not write to this member');
    if (unlicenseduser) throw new DeliveryRefused('WeCom refused message/send: the member has no licence');
    return { messageId: typeof msgid === 'string' && msgid !== '' ? msgid : shortKey(key, 32) };
  };
}

/** Never `@all` or several members. */
function userIdOf(conversation: string): string {
  if (/^[A-Za-z0-9][\w@.-]{0,63}$/.test(conversation)) return conversation;
  throw new DeliveryRefused(`"${conversation}" is not a member of WeCom`);
}
