import { describe, expect, it } from 'vitest';
import { readReminder } from '../../../tools/schedules/read-reminder.ts';
import { timingInWords } from '../../../tools/schedules/words.ts';
import { ToolError } from '../../../tools/tool.ts';

const timeZone = 'Europe/Berlin';
const from = Date.parse('2026-11-25T10:15:20+01:00');

describe('/remind', () => {
  it.each([
    ['in 20 minutes take the bread out', 'on Wednesday 25 November 2026, 10:35', 'take the bread out'],
    ['me to take the bread out in 20 minutes', 'on Wednesday 25 November 2026, 10:35', 'take the bread out'],
    ['take the bread out at 6pm.', 'on Wednesday 25 November 2026, 18:00', 'take the bread out'],
    [
      'tomorrow 9:00 call Bob about the 5pm meeting',
      'on Thursday 26 November 2026, 09:00',
      'call Bob about the 5pm meeting',
    ],
    [
      'call Bob about the 5pm meeting tomorrow 9:00',
      'on Thursday 26 November 2026, 09:00',
      'call Bob about the 5pm meeting',
    ],
    // Not the time zone of East Africa.
    ['at noon eat', 'on Wednesday 25 November 2026, 12:00', 'eat'],
    ['on 5 Dec at 14:00: dentist', 'on Saturday 5 December 2026, 14:00', 'dentist'],
    [
      'tomorrow read every day of the diary',
      'on Thursday 26 November 2026, 09:00',
      'read every day of the diary',
    ],
    ['every day at 9 take pills', 'every day at 09:00', 'take pills'],
    ['at 9 every day take pills', 'every day at 09:00', 'take pills'],
    ['to take pills daily', 'every day at 09:00', 'take pills'],
    ['every morning pills', 'every day at 06:00', 'pills'],
    ['call the 7am hotline every day', 'every day at 09:00', 'call the 7am hotline'],
    ['every weekday at 8:30 stand-up', 'every weekday at 08:30', 'stand-up'],
    ['every monday and friday at 7pm: bins', 'every Monday, Friday at 19:00', 'bins'],
    ['every Tue, Wednesdays gym', 'every Tuesday, Wednesday at 09:00', 'gym'],
    ['every tuesday evening choir', 'every Tuesday at 20:00', 'choir'],
    ['every 2 hours drink', 'every 2 hours', 'drink'],
    ['every minute say hi', 'every minute', 'say hi'],
    ['to water the plants every 3 days', 'every 3 days', 'water the plants'],
  ])('%s', (words, when, what) => {
    const { timing, text } = readReminder(words, timeZone, from);
    expect(timingInWords({ timing, timeZone }).replace(` (${timeZone})`, '')).toBe(when);
    expect(text).toBe(what);
  });

  it.each([
    ['', /Write when and what: `\/remind in 20 minutes/],
    ['nonsense', /Write when and what/],
    ['in 20 minutes', /does not say what/],
    ['every day', /does not say what/],
    ['yesterday at 5 eat', /in the past: now it is Wednesday 25 November 2026, 10:15/],
    ['every 30 seconds breathe', /not more often than once a minute/],
    ['every month on the 1st pay the rent', /Write when and what/],
  ])('refuses "%s" with the fix', (words, message) => {
    const read = () => readReminder(words, timeZone, from);
    expect(read).toThrow(ToolError);
    expect(read).toThrow(message);
  });
});
