import { expect, it } from 'vitest';
import { acceptMessage } from '../../contract/accept-message.ts';
import type { InboundMessage } from '../../contract/message.ts';

const message: InboundMessage = { id: '1', text: 'hello', sender: { id: 'ann', name: 'Ann' }, sentAt: 7 };

it('a message within the limits is kept as it is', () => {
  const whole: InboundMessage = {
    ...message,
    messageId: '2',
    edited: true,
    attachments: [{ kind: 'file', ref: 'r', mediaType: 'text/plain', name: 'a', bytes: 1 }],
    quote: 'q',
    returnAddress: { token: 't' },
    group: true,
  };
  expect(acceptMessage(whole)).toEqual(whole);
});

it('what is only shown is cut, or left out', () => {
  const file = {
    kind: 'file',
    ref: 'r'.repeat(3_000),
    mediaType: 'm'.repeat(300),
    name: 'n'.repeat(300),
    bytes: Number.NaN,
  } as const;
  expect(
    acceptMessage({
      ...message,
      text: 'a\ud800',
      sender: { id: 'ann', name: `${'A'.repeat(255)}👍` },
      attachments: Array.from({ length: 11 }, () => file),
      quote: 'q'.repeat(600),
      sentAt: Number.NaN,
    }),
  ).toEqual({
    id: '1',
    text: 'a\ufffd',
    sender: { id: 'ann', name: `${'A'.repeat(255)}\ufffd` },
    attachments: Array.from({ length: 10 }, () => ({ kind: 'file', ref: '', name: 'n'.repeat(256) })),
    quote: 'q'.repeat(500),
  });
});

it.each<[Partial<InboundMessage>, string]>([
  [{ id: '' }, 'id: must not be empty'],
  [{ id: 'x'.repeat(257) }, 'id: must be at most 256 characters'],
  [{ id: '\ud800' }, 'id: must be well-formed Unicode'],
  [{ messageId: 'x'.repeat(257) }, 'messageId: must be at most 256 characters'],
  [{ sender: { id: 'x'.repeat(257) } }, 'sender: must be at most 256 characters'],
  [{ text: 'ü'.repeat(40_000) }, 'text: must be at most 65536 bytes'],
  [{ returnAddress: { url: 'x'.repeat(5_000) } }, 'returnAddress: must be at most 4096 bytes'],
  [{ returnAddress: { token: '\ud83d' } }, 'returnAddress: must be well-formed Unicode'],
])('what it is recognised, allowed or answered by must be within its limit: %o', (more, reason) => {
  expect(() => acceptMessage({ ...message, ...more })).toThrow(reason);
});
