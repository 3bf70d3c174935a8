import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { SERVER_DYNAMIC_CONFIG } from '../../cli/temporal/dynamic-config.ts';
import { SEARCH_ATTRIBUTES, typeName } from '../../cli/temporal/search-attributes.ts';
import { WORK } from '../../contract/queues.ts';
import { COMPOSE, type Service, servicesOf, text, validate } from './support/compose-file.ts';
import { goTool, missingOfGoTools } from './support/go-tools.ts';
import { installLinters, noLinters } from './support/linters.ts';
import { readYaml } from './support/read-yaml.ts';

const missing = missingOfGoTools() ?? noLinters;

describe.skipIf(missing)(`Compose${missing ? ` (${missing})` : ''}`, { timeout: 120_000 }, () => {
  let checker: string;
  let python: string;
  let services: Record<string, Service>;
  beforeAll(async () => {
    checker = await goTool('compose');
    python = await installLinters();
    services = await servicesOf(checker);
  }, 900_000);

  it('is a file of the Compose specification', async () => {
    expect(await validate(checker, text)).toMatchObject({ ok: true });
  });

  it.each([
    ['stop_grace_period:', 'stop_grace:'],
    ['condition: service_healthy', 'condition: healthy'],
    ['dockerfile:', 'docker_file:'],
  ])('with %s written as %s would be none', async (right, wrong) => {
    expect(text).toContain(right);
    expect(await validate(checker, text.replace(right, wrong))).toMatchObject({ ok: false });
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
    const dynamic = readYaml(python, readFileSync(path.join(COMPOSE, 'dynamic-config.yaml'), 'utf8'));
    const expected = Object.entries(SERVER_DYNAMIC_CONFIG).map(([key, value]) => [key, [{ value }]]);
    expect(dynamic).toEqual(Object.fromEntries(expected));
    for (const attribute of SEARCH_ATTRIBUTES)
      expect(text).toContain(`--name ${attribute.name} --type ${typeName(attribute)}`);
  });
});
