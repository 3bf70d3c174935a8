import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, it } from 'vitest';
import { onPath } from '../../cli/temporal/executable.ts';
import { check, type Verdict } from './support/check.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = path.join(PROJECT, 'deploy/systemd');
const units = readdirSync(FOLDER).map(
  (name) => [name, readFileSync(path.join(FOLDER, name), 'utf8')] as const,
);
/** Of 100, by systemd's own measure of what a service may do. */
const EXPOSURE = 15;

const missing = missingOfSystemd();
function missingOfSystemd(): string | undefined {
  if (onPath('systemd-analyze', process.env.PATH)) return undefined;
  if (process.env.CI === 'true') throw new Error('apt-get install systemd');
  return 'apt-get install systemd';
}

describe.skipIf(missing)(`systemd units${missing ? ` (${missing})` : ''}`, { timeout: 60_000 }, () => {
  /** The unit, with this project where it looks for one. */
  async function analyze(name: string, unit: string, ...args: string[]): Promise<Verdict> {
    const file = path.join(await mkdtemp(path.join(inject('scratch'), 'systemd-')), name);
    writeFileSync(file, unit.replaceAll('/opt/holdfast/', PROJECT));
    return check('systemd-analyze', [...args, file]);
  }
  const verify = (name: string, unit: string) => analyze(name, unit, 'verify', '--man=no');
  const secure = (name: string, unit: string) =>
    analyze(name, unit, 'security', '--offline=true', `--threshold=${EXPOSURE}`, '--no-pager');

  it('are there for each role', () => {
    expect(units.map(([name]) => name)).toEqual([
      'holdfast-gateway.service',
      'holdfast-listen@.service',
      'holdfast-worker@.service',
    ]);
  });

  it.each(units)('%s is right for systemd, and may do little', async (name, unit) => {
    expect(await verify(name, unit)).toEqual({ ok: true, words: '' });
    expect(await secure(name, unit)).toMatchObject({ ok: true });
  });

  it.each([
    ['Restart=always', 'Restart=forever'],
    ['TimeoutStopSec=', 'TimeoutStop='],
    ['/opt/holdfast/node_modules/node/bin/node', '/opt/holdfast/node'],
  ])('with %s written as %s none would be', async (right, wrong) => {
    for (const [name, unit] of units) {
      expect(unit).toContain(right);
      expect((await verify(name, unit.replace(right, wrong))).words, name).not.toBe('');
    }
  });

  it('without their limits they might do too much', async () => {
    for (const [name, unit] of units) {
      const loose = unit.replaceAll(/^(Protect|Restrict|SystemCall).*\n/gm, '');
      expect((await secure(name, loose)).ok, name).toBe(false);
    }
  });
});
