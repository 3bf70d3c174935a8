/** Every workflow that a worker runs, by its type. */
export { access } from './access.ts';
export { account } from './account.ts';
export { conversation } from './conversation.ts';
export { due } from './due.ts';
export { grants } from './grants.ts';
export { memory } from './memory.ts';
export { task } from './task.ts';
