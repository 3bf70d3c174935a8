/** Every workflow that a worker runs, by its type. */
export { access } from './access/access.ts';
export { account } from './access/account.ts';
export { grants } from './approvals/grants.ts';
export { conversation } from './conversation.ts';
export { memory } from './memory.ts';
export { due } from './schedules/due.ts';
export { task } from './tasks/task.ts';
