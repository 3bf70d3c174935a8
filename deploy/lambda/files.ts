/** What goes into a zip, by path. */
export type Files = Map<string, Uint8Array>;
