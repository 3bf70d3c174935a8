import { describe, expect, it } from 'vitest';
import { residentBytes } from '../../bench/measures/resident.ts';
import { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';

const MB = 1e6;
const HAS_100_MB = `globalThis.kept = Buffer.alloc(100e6, 1); console.log('ready'); setInterval(() => {}, 1000);`;

describe.skipIf(process.platform !== 'linux')('resident memory', () => {
  async function residentOf(script: string): Promise<number> {
    const child = new Child(process.execPath, ['-e', script], { PATH: process.env.PATH });
    try {
      await eventually(() => child.output.includes('ready'));
      return await residentBytes([child.pid]);
    } finally {
      await child.kill('SIGTERM');
    }
  }

  it('is that of a process', async () => {
    const bytes = await residentOf(HAS_100_MB);
    expect(bytes).toBeGreaterThan(100 * MB);
    expect(bytes).toBeLessThan(250 * MB);
  });

  it('is that of its children too, and what they share counts once', async () => {
    const parent = `const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(HAS_100_MB)}]);
      child.stdout.pipe(process.stdout);
      process.on('SIGTERM', () => { child.kill(); process.exit(); });
      setInterval(() => {}, 1000);`;
    const both = await residentOf(parent);
    const alone = await residentOf(HAS_100_MB);
    expect(both).toBeGreaterThan(alone);
    // Most of what a Node without data has resident is its program.
    expect(both).toBeLessThan(2 * (alone - 100 * MB) + 100 * MB);
  });
});
