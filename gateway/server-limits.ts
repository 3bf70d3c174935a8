/** What one connection may take of a gateway. Node answers 431 and 408 by itself, and closes the connection. */
export const SERVER_LIMITS = {
  /** Bytes of the request line and all headers. */
  maxHeaderSize: 16 * 1024,
  /** Until the headers are there, in ms. */
  headersTimeout: 10_000,
  /** Until the whole request is there, in ms: a slow sender holds what it has sent so far in memory. Answers may take as long as they like. */
  requestTimeout: 30_000,
  /** How often that is looked at, in ms. */
  connectionsCheckingInterval: 2_000,
};
