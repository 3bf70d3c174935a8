/** Every workflow that a worker runs, by its type. */
export { conversation } from './conversation.ts';
export { grants } from './grants.ts';
export { memory } from './memory.ts';
