import { z } from 'zod';

const text = z.string().trim();
const id = text.min(1);

/** What we read of a message or event of WeChat or WeCom: the fields depend on `MsgType` and `Event`. */
export const event = z.object({
  /** The user's id: an openid, or a WeCom user id. */
  FromUserName: id,
  /** Seconds. */
  CreateTime: text.regex(/^\d{1,12}$/, 'must be a time in seconds').transform(Number),
  MsgType: id,
  /** 64 bits; events have none. */
  MsgId: id.optional(),
  Content: text.optional(),
  MediaId: text.optional(),
  /** Of voice: `amr`, … */
  Format: text.optional(),
  /** Voice as text, where the account has that switched on. */
  Recognition: text.optional(),
  Location_X: text.optional(),
  Location_Y: text.optional(),
  Label: text.optional(),
  Title: text.optional(),
  Description: text.optional(),
  Url: text.optional(),
  Event: text.optional(),
  /** What the pressed button or menu entry stands for. */
  EventKey: text.optional(),
  /** WeCom: the app. */
  AgentID: text.optional(),
  /** WeCom: the card whose button was pressed. */
  TaskId: text.optional(),
});

export type TencentEvent = z.output<typeof event>;
