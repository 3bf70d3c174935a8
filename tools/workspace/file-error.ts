import { getSystemErrorMessage } from 'node:util';
import { ToolError } from '../tool.ts';

/** What a system call refused, in words and with the name that the model gave; anything else as it is. */
export function fileError(error: unknown, name: string): unknown {
  const { errno, syscall } = error as NodeJS.ErrnoException;
  if (errno === undefined || syscall === undefined) return error;
  return new ToolError(`${name}: ${getSystemErrorMessage(errno)}`);
}
