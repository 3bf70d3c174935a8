/** Every workflow that a worker runs, by its type. */
export { conversation } from './conversation.ts';
export { due } from './due.ts';
export { grants } from './grants.ts';
