import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Violation } from '../check/violation.ts';
import type { Evidence } from '../storm.ts';
import { asPicture } from './picture.ts';
import { summarise } from './summary.ts';
import { asText } from './text.ts';

/** Writes the report to a folder, with all that is known of each conversation that was wronged; returns it as text. */
export async function report(
  evidence: Evidence,
  violations: readonly Violation[],
  folder: string,
): Promise<string> {
  const summary = summarise(evidence, violations);
  await mkdir(folder, { recursive: true });
  await writeFile(
    path.join(folder, 'report.json'),
    JSON.stringify({ ...summary, broken: violations }, null, 2),
  );
  await writeFile(path.join(folder, 'report.svg'), asPicture(summary));
  const wronged = new Set(violations.map(({ conversation }) => conversation));
  for (const { conversation, ...witnessed } of evidence.conversations) {
    if (!wronged.has(conversation)) continue;
    const tags = new Set(witnessed.spoken.flatMap(({ deeds }) => deeds.map(({ tag }) => tag)));
    const all = {
      conversation,
      ...witnessed,
      ledger: evidence.ledger.filter(({ tag }) => tag !== undefined && tags.has(tag)),
      strikes: evidence.strikes,
    };
    const name = `${conversation.replaceAll(/[^\w-]+/g, '_')}.json`;
    await writeFile(path.join(folder, name), JSON.stringify(all, null, 2));
  }
  return asText(summary, violations, folder);
}
