import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { onPath } from '../../cli/temporal/executable.ts';
import { PROJECT } from '../support/build.ts';

const FOLDER = path.join(PROJECT, 'deploy', 'observability');
const NO_PROMTOOL =
  'there is no promtool on PATH: apt-get download prometheus && dpkg-deb -x prometheus_*.deb . && cp usr/bin/promtool /usr/local/bin';

/** What operators put into their Prometheus, by Prometheus' own tool. */
describe('deploy/observability', () => {
  const promtool = onPath('promtool', process.env.PATH);
  if (!promtool && process.env.CI === 'true') throw new Error(NO_PROMTOOL);
  const run = (...args: string[]) => execFileSync(promtool ?? '', args, { cwd: FOLDER, encoding: 'utf8' });
  let alerts: string[];

  beforeAll(async () => {
    const rules = await readFile(path.join(FOLDER, 'alerts.yml'), 'utf8');
    alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);
  });

  it('the alerts are rules that Prometheus takes', (context) => {
    context.skip(!promtool, NO_PROMTOOL);
    expect(run('check', 'rules', 'alerts.yml')).toContain(`SUCCESS: ${alerts.length} rules found`);
  });

  it('the scrape config is one that Prometheus takes, with its rules', (context) => {
    context.skip(!promtool, NO_PROMTOOL);
    expect(run('check', 'config', 'prometheus.yml')).toContain('is valid prometheus config');
  });

  it('each alert fires where it is to, and is silent where something similar is well', async (context) => {
    const tests = await readFile(path.join(FOLDER, 'alerts.test.yml'), 'utf8');
    for (const alert of alerts)
      for (const what of ['fires', 'is silent']) expect(tests).toContain(`- name: ${alert} ${what}\n`);
    context.skip(!promtool, NO_PROMTOOL);
    expect(run('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
  });

  it('the guide says of each alert what to do', async () => {
    const guide = await readFile(path.join(PROJECT, 'docs', 'observability.md'), 'utf8');
    for (const alert of alerts) expect(guide).toMatch(new RegExp(`^\\| \`${alert}\` `, 'm'));
  });
});
