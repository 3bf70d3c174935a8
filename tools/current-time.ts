import { z } from 'zod';
import { defineTool } from './define-tool.ts';
import { findTimeZone } from './time-zone.ts';
import { type Tool, ToolError } from './tool.ts';

/** Tells the date and time, in words and as ISO 8601 with the zone's offset; in this time zone (IANA) where none is asked for. */
export function currentTime({ timeZone }: { timeZone: string }): Tool {
  return defineTool({
    name: 'current_time',
    description: 'The current date and time, in a time zone or city.',
    input: z.object({
      zone: z
        .string()
        .max(100)
        .optional()
        .describe(`IANA zone (Asia/Tokyo), city (Tokyo) or UTC; left out: ${timeZone}`),
    }),
    effect: 'read',
    short: true,
    timeoutMs: 5_000,
    run: ({ zone }) => describeTime(new Date(), zone?.trim() || timeZone),
  });
}

/** For instance `Thursday, 5 November 2026 at 14:03:05 in Asia/Tokyo (2026-11-05T14:03:05+09:00)`. Throws ToolError. */
export function describeTime(now: Date, zone: string): string {
  const timeZone = findTimeZone(zone);
  if (!timeZone)
    throw new ToolError(
      `no time zone is called "${zone}"; give an IANA name such as Asia/Tokyo, or a large city`,
    );
  const words = now.toLocaleString('en-GB', { timeZone, dateStyle: 'full', timeStyle: 'medium' });
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const offset = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(now)
    .find((part) => part.type === 'timeZoneName')
    ?.value.replace('GMT', '');
  return `${words} in ${timeZone} (${format.format(now).replace(' ', 'T')}${offset || 'Z'})`;
}
