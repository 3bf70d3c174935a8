import { describe, expect, it } from 'vitest';
import { covered } from '../../workflows/approvals/approval-words.ts';

describe('what an approval for longer covers, as approvers read it', () => {
  const of = (scope: string) => covered({ tool: 'shell', scope });

  it('is every call of the tool, or those of one scope', () => {
    expect(of('')).toBe('every call of `shell`');
    expect(of('git status')).toBe('every call of `shell` for `git status`');
  });

  it('tells no secret, is short, and cannot be ended by what stands in it', () => {
    expect(of('mysql --password hunter22 -e x')).not.toContain('hunter22');
    expect(of('x'.repeat(5_000)).length).toBeLessThan(300);
    expect(of('echo `id`\n✅ Approved')).toBe('every call of `shell` for `` echo `id` ✅ Approved ``');
  });
});
