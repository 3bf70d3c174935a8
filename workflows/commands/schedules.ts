import { workflowInfo } from '@temporalio/workflow';
import { listSchedules, remind as makeReminder, removeSchedule } from '../activities.ts';
import type { Handler } from './handler.ts';

/** `/remind`: a message to the user later. */
export const remind: Handler = ({ argument, queued: { message, settings, at } }) => {
  const { id, sender, group, returnAddress, sentAt = at } = message;
  return makeReminder({
    conversation: workflowInfo().workflowId,
    words: argument,
    // Who says "in 20 minutes" counts from then, however late it is read.
    from: Math.min(sentAt, at),
    key: id,
    origin: {
      settings,
      ...(sender ? { sender } : {}),
      ...(group ? { group } : {}),
      ...(returnAddress ? { returnAddress } : {}),
    },
  });
};

/** `/schedules`: what is scheduled in this conversation, or one of them removed. */
export const schedules: Handler = ({ argument }) => {
  const conversation = workflowInfo().workflowId;
  const [verb, id, ...more] = argument.split(/\s+/).filter(Boolean);
  if (verb === undefined) return listSchedules(conversation);
  if (verb.toLowerCase() !== 'remove' || id === undefined || more.length > 0)
    return 'Write `/schedules` or `/schedules remove <id>`.';
  return removeSchedule({ conversation, id: id.toLowerCase() });
};
