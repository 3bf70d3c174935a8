import { findTimeZone } from '../time-zone.ts';
import { ToolError } from '../tool.ts';

/** `+02:00`, which Temporal knows only for whole hours and only by another name. */
const OFFSET = /^([+-])(\d\d):(\d\d)$/;

/** The time zone of this name, as Temporal knows it. Throws ToolError. */
export function scheduleZone(name: string): string {
  const zone = findTimeZone(name);
  const [, sign, hours = '', minutes] = OFFSET.exec(zone ?? '') ?? [];
  if (zone === undefined || (sign !== undefined && minutes !== '00'))
    throw new ToolError(
      `no time zone is called "${name}"; give an IANA name such as Asia/Tokyo, or a large city`,
    );
  // By convention its sign is the opposite.
  return sign === undefined ? zone : `Etc/GMT${sign === '+' ? '-' : '+'}${Number(hours)}`;
}
