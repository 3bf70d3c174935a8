import { describe, expect, it } from 'vitest';
import { BoundedOutput } from '../../../tools/workspace/bounded-output.ts';

function outputOf(...chunks: (string | Buffer)[]): BoundedOutput {
  const output = new BoundedOutput();
  for (const chunk of chunks) output.add(Buffer.from(chunk));
  return output;
}

describe('the output of a command', () => {
  it('is whole while it is short', () => {
    const text = `${'a'.repeat(16_000)}${'b'.repeat(16_000)}`;
    expect(outputOf('one\n', 'two\n').text).toBe('one\ntwo\n');
    expect(outputOf(text).text).toBe(text);
    expect(outputOf(...(text.match(/.{1,7}/g) ?? [])).text).toBe(text);
  });

  it('is its two ends when it is long, with what was left out', () => {
    const output = outputOf('begin ', ...Array.from({ length: 1000 }, () => 'x'.repeat(10_000)), ' end');
    const text = output.text;
    expect(text.length).toBeLessThan(32_100);
    expect(text).toMatch(/^begin x+\n\n\[… 9968010 characters left out here …\]\n\nx+ end$/);
  });

  it('is never cut inside a character', () => {
    const bytes = Buffer.from('🙂'.repeat(20_000));
    const output = outputOf('a', bytes.subarray(0, 5), bytes.subarray(5));
    expect(output.text).toMatch(/^a🙂+/u);
    expect(output.text.isWellFormed()).toBe(true);
    expect(output.lastLines(1, 5).isWellFormed()).toBe(true);
  });

  it('shows what a terminal would: no colours, and of a progress bar its last state', () => {
    const output = outputOf('\u001b[32mok\u001b[0m\r\n', '10 %\r50 %\r', '100 %\ndone\r');
    expect(output.text).toBe('ok\n100 %\ndone');
  });

  it('shows its last lines', () => {
    expect(outputOf('1\n2\n3\n4\n').lastLines(2, 100)).toBe('3\n4');
    expect(outputOf('x'.repeat(50_000), 'end').lastLines(3, 10)).toBe('xxxxxxxend');
  });
});
