/** A value that survives JSON, and so Temporal's default payload converter. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
