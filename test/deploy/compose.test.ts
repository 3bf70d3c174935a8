import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { SERVER_DYNAMIC_CONFIG } from '../../cli/temporal/dynamic-config.ts';
import { SEARCH_ATTRIBUTES, typeName } from '../../cli/temporal/search-attributes.ts';
import { WORK } from '../../contract/queues.ts';
import { check, type Verdict } from './support/check.ts';
import { goTool, missingOfGoTools } from './support/go-tools.ts';
import { installLinters, noLinters } from './support/linters.ts';
import { readYaml } from './support/read-yaml.ts';

interface Service {
  command?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, unknown>;
  healthcheck?: unknown;
}

const FOLDER = fileURLToPath(new URL('../../deploy/compose/', import.meta.url));
const text = readFileSync(path.join(FOLDER, 'compose.yaml'), 'utf8');
const missing = missingOfGoTools() ?? noLinters;

describe.skipIf(missing)(`Compose${missing ? ` (${missing})` : ''}`, { timeout: 120_000 }, () => {
  let checker: string;
  let python: string;
  let services: Record<string, Service>;
  beforeAll(async () => {
    checker = await goTool('compose');
    python = await installLinters();
    services = (JSON.parse((await validate(text)).words) as { services: Record<string, Service> }).services;
  }, 900_000);

  /** By the Compose specification. Its program takes no variables from outside. */
  async function validate(compose: string): Promise<Verdict> {
    const file = path.join(await mkdtemp(path.join(inject('scratch'), 'compose-')), 'compose.yaml');
    writeFileSync(file, compose.replaceAll(/\$\{POSTGRES_PASSWORD:\?[^}]+\}/g, 'secret'));
    return check(checker, ['--format', 'json', file]);
  }

  it('is a file of the Compose specification', async () => {
    expect(await validate(text)).toMatchObject({ ok: true });
  });

  it.each([
    ['stop_grace_period:', 'stop_grace:'],
    ['condition: service_healthy', 'condition: healthy'],
    ['dockerfile:', 'docker_file:'],
  ])('with %s written as %s would be none', async (right, wrong) => {
    expect(text).toContain(right);
    expect(await validate(text.replace(right, wrong))).toMatchObject({ ok: false });
  });

  it('has a gateway and a worker for each kind of work, and each waits for what there is', () => {
    const works = Object.values(services).map(({ environment }) => environment?.['HOLDFAST_WORK']);
    expect(works.filter(Boolean).toSorted((one = '', other = '') => one.localeCompare(other))).toEqual(
      [...WORK].toSorted(),
    );
    for (const { depends_on: before = {} } of Object.values(services))
      for (const [name, awaited] of Object.entries(before)) {
        expect(services).toHaveProperty(name);
        if (JSON.stringify(awaited).includes('service_healthy'))
          expect(services[name], name).toHaveProperty('healthcheck');
      }
  });

  it('starts with no password but yours', () => {
    expect(text.match(/PASSWORD: |_PWD: /g)).toHaveLength(3);
    expect(text.match(/(PASSWORD|_PWD): \$\{POSTGRES_PASSWORD:\?/g)).toHaveLength(3);
  });

  it("has Temporal's dynamic config and search attributes as they are everywhere", () => {
    const dynamic = readYaml(python, readFileSync(path.join(FOLDER, 'dynamic-config.yaml'), 'utf8'));
    const expected = Object.entries(SERVER_DYNAMIC_CONFIG).map(([key, value]) => [key, [{ value }]]);
    expect(dynamic).toEqual(Object.fromEntries(expected));
    for (const attribute of SEARCH_ATTRIBUTES)
      expect(text).toContain(`--name ${attribute.name} --type ${typeName(attribute)}`);
  });
});
