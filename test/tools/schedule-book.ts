import type { Schedule } from '../../contract/schedule.ts';
import type { NewSchedule, ScheduleStore } from '../../tools/schedules/schedule-store.ts';

/** Schedules that are kept in memory, and are never due. */
export function scheduleBook(): ScheduleStore & { wanted: NewSchedule[] } {
  const kept = new Map<string, Schedule>();
  const wanted: NewSchedule[] = [];
  return {
    wanted,
    async create(asked) {
      wanted.push(asked);
      const { key, origin: _, ...schedule } = asked;
      const made = kept.get(key) ?? { ...schedule, id: `0000000${kept.size + 1}`.slice(-8) };
      kept.set(key, made);
      return made;
    },
    list: async (conversation) =>
      [...kept.values()].filter((one) => conversation === undefined || one.conversation === conversation),
    async remove({ conversation, id }) {
      const [key] = [...kept].find(([, one]) => one.id === id && one.conversation === conversation) ?? [];
      return key !== undefined && kept.delete(key);
    },
  };
}
