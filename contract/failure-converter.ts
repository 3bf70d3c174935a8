import { DefaultFailureConverter } from '@temporalio/common';

/** Writes message and stack of a failure as a value, which a codec can encrypt; by default they are plain text. It reads both. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
