/** Room that a value takes in a payload, in bytes: Temporal refuses payloads and query results over 2 MB. */
export function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

/** `12 KB`. */
export function inKilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KB`;
}
