import type { chat_v1 } from '@googleapis/chat';

type Use = 'input' | 'output';
/** Every field of the vendor's types, and no other: a difference is a type error. */
type Fields<T> = { [K in keyof T]-?: Use };
/** Parameters that every method has. */
type Standard = Exclude<keyof chat_v1.Params$Resource$Media$Download, 'resourceName'>;
type Query<T> = Fields<Omit<T, Standard | 'requestBody'>>;

/** Which fields of a message an app may send in a request. */
export const MESSAGE: Fields<chat_v1.Schema$Message> = {
  accessoryWidgets: 'input',
  actionResponse: 'input',
  annotations: 'output',
  argumentText: 'output',
  attachedGifs: 'output',
  attachment: 'input',
  cards: 'input',
  cardsV2: 'input',
  clientAssignedMessageId: 'output',
  createTime: 'output',
  deleteTime: 'output',
  deletionMetadata: 'output',
  emojiReactionSummaries: 'output',
  fallbackText: 'input',
  formattedText: 'output',
  lastUpdateTime: 'output',
  markupSyntax: 'input',
  matchedUrl: 'output',
  name: 'output',
  privateMessageViewer: 'input',
  quotedMessageMetadata: 'input',
  sender: 'output',
  silent: 'output',
  slashCommand: 'output',
  space: 'output',
  text: 'input',
  thread: 'input',
  threadReply: 'output',
};

export const CREATE: Query<chat_v1.Params$Resource$Spaces$Messages$Create> = {
  'createMessageNotificationOptions.notificationType': 'input',
  messageId: 'input',
  messageReplyOption: 'input',
  parent: 'output',
  requestId: 'input',
  threadKey: 'input',
};

export const PATCH: Query<chat_v1.Params$Resource$Spaces$Messages$Patch> = {
  allowMissing: 'input',
  name: 'output',
  updateMask: 'input',
};

export const BUTTON: Fields<chat_v1.Schema$GoogleAppsCardV1Button> = {
  altText: 'input',
  color: 'input',
  disabled: 'input',
  icon: 'input',
  onClick: 'input',
  text: 'input',
  type: 'input',
};

export const ACTION: Fields<chat_v1.Schema$GoogleAppsCardV1Action> = {
  allWidgetsAreRequired: 'input',
  function: 'input',
  interaction: 'input',
  loadIndicator: 'input',
  parameters: 'input',
  persistValues: 'input',
  requiredWidgets: 'input',
};

/** The first member of an object that a request may not have. */
export function unknownField(fields: Record<string, Use>, given: object): string | undefined {
  return Object.keys(given).find((name) => fields[name] !== 'input');
}
