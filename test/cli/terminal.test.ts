import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTerminal } from '../../cli/terminal.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(isTTY: boolean) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
  return { terminal: createTerminal(stream), written: () => stream.read() as string | null };
}

test('elsewhere than on a terminal, a wait is a plain line now and then', () => {
  const { terminal, written } = open(false);
  terminal.progress('Building: 1 of 4', 0.25);
  expect(written()).toBe('█████░░░░░░░░░░░░░░░  25 %  Building: 1 of 4  0:00\n');
  terminal.progress('Building: 2 of 4', 0.5);
  vi.advanceTimersByTime(9_000);
  expect(written()).toBeNull();
  vi.advanceTimersByTime(1_000);
  expect(written()).toBe('██████████░░░░░░░░░░  50 %  Building: 2 of 4  0:10\n');
  terminal.settle();
  vi.advanceTimersByTime(60_000);
  expect(written()).toBeNull();
});

test('on a terminal the wait stays the last line', () => {
  const { terminal, written } = open(true);
  const clear = '\r\u001b[2K';
  terminal.progress('Starting');
  expect(written()).toBe(`${clear}Starting  0:00`);
  terminal.line('worker up');
  expect(written()).toBe(`${clear}worker up\n${clear}Starting  0:00`);
  vi.advanceTimersByTime(1_000);
  expect(written()).toBe(`${clear}Starting  0:01`);
  terminal.settle();
  expect(written()).toBe(clear);
  terminal.line('done');
  expect(written()).toBe('done\n');
});

test('no colours where the stream is no terminal', () => {
  const { terminal } = open(false);
  expect(terminal.paint('red', 'x')).toBe('x');
});
