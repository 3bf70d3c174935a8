/** Discord's ids are times: milliseconds since the start of 2015, 22 bits to the left. */
const EPOCH = 1_420_070_400_000;

export function isSnowflake(id: string | undefined): id is string {
  return id !== undefined && /^\d{15,20}$/.test(id);
}

/** When the thing with this id was made, in ms since the epoch. */
export function timeOf(id: string): number {
  return Number(BigInt(id) >> 22n) + EPOCH;
}

/** The first id of this time, in ms since the epoch. */
export function snowflakeAt(time: number): string {
  return String(BigInt(Math.max(0, Math.floor(time - EPOCH))) << 22n);
}

/** Whether `id` was made after `other`. */
export function isNewer(id: string, other: string): boolean {
  return BigInt(id) > BigInt(other);
}
