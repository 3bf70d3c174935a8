const EXPLAINED = new Map([
  [10003, 'FEISHU_APP_ID is wrong'],
  [10014, 'FEISHU_APP_SECRET is wrong'],
  [230002, 'the bot is not in this chat'],
  [230006, 'switch the bot on in the developer console, and publish a version'],
  [230013, 'this person is outside the availability range of the app'],
  [230018, 'the settings of the group forbid it'],
  [230027, 'the app lacks a permission'],
  [230035, 'the group is muted, or the bot is blocked'],
  [230053, 'this person has stopped messages of the bot'],
  [232009, 'the group is dissolved'],
  [99991672, 'the app lacks a permission'],
]);

/** What to do about the refusals that people meet. */
export function explained(code: number): string {
  const words = EXPLAINED.get(code);
  return words === undefined ? '' : ` (${words})`;
}
