import type { Handler } from './handler.ts';

/** `/stop` of tasks. A running turn is stopped by who runs it. */
export const stop: Handler = async ({ argument }, { tasks }) => {
  const wanted = argument.toLowerCase();
  if (wanted !== '') return (await tasks.stop(wanted === 'all' ? undefined : wanted)).text;
  await tasks.dropEnded();
  if (tasks.running.length === 0) return 'Nothing is running.';
  return `No turn is running. ${tasks.listed}\n\n\`/stop <task>\` stops one, \`/stop all\` all of them.`;
};
