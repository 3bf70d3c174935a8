import { expect, it } from 'vitest';
import { entryEvent } from '../../gateway/events.ts';
import { user } from '../models/entries.ts';

it('an event of a message tells what came with it, but not how it could be answered', () => {
  const attachments = [{ kind: 'image', ref: 'photo' } as const];
  const entry = user('hi', { attachments, quote: 'so?', returnAddress: { token: 'reply-token' } });
  const { data } = entryEvent(entry);
  expect(data).toMatchObject({ text: 'hi', attachments, quote: 'so?' });
  expect(JSON.stringify(data)).not.toContain('reply-token');
});
