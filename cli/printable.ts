/** What people or models wrote, without what would move the cursor or change a colour. */
export function printable(text: string): string {
  return text.replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '');
}
