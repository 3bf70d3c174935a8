import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import type { Attempt } from '../../../activities/note-attempt.ts';
import { Notes, readNotes } from '../../../workers/succession/notes.ts';
import { Child } from '../../support/child.ts';

const attempt = (workflowId: string): Attempt => ({
  workflowId,
  runId: 'r',
  activityId: '1',
  attempt: 1,
  taskToken: 'token',
});

describe('the notes of a process', () => {
  let file: string;
  beforeEach(() => {
    file = path.join(inject('scratch'), `${crypto.randomUUID()}.notes`);
  });
  const noted = () => readNotes(file).map(({ workflowId }) => workflowId);

  it('are what was noted and not struck out, whoever reads them', () => {
    const notes = new Notes(file, 'me');
    const strikeOut = notes.note(attempt('web/a long name'));
    notes.note(attempt('web/b'));
    expect(readNotes(file)).toEqual([
      { ...attempt('web/a long name'), identity: 'me' },
      { ...attempt('web/b'), identity: 'me' },
    ]);
    strikeOut();
    expect(noted()).toEqual(['web/b']);
    notes.note(attempt('web/c'));
    expect(noted()).toEqual(['web/c', 'web/b']);
  });

  it('leave out what has no room', () => {
    const notes = new Notes(file, 'me');
    notes.note(attempt('ü'.repeat(1_000)))();
    notes.note(attempt('web/b'));
    expect(noted()).toEqual(['web/b']);
  });

  it('are gone once one cannot be written: it could not be struck out either', async () => {
    const script = `
      const { Notes } = await import('./workers/succession/notes.ts');
      const notes = new Notes(process.argv[1], 'me');
      const strikeOut = notes.note({ workflowId: 'web/a' });
      notes.note({ workflowId: 'web/b' })();
      strikeOut();
      console.log('went on');`;
    const node = [process.execPath, '--input-type=module', '-e', script, file];
    const child = new Child('prlimit', ['--fsize=2060', ...node], { PATH: process.env.PATH });
    await child.gone;
    expect(child.output).toBe('went on\n');
    expect(existsSync(file)).toBe(false);
  });
});
