import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { QUEUE_OF, WORK } from '../../contract/queues.ts';
import { check, type Verdict } from './support/check.ts';
import { filesOfModule, goTool, missingOfGoTools } from './support/go-tools.ts';
import { installLinters, noLinters } from './support/linters.ts';

const CHART = fileURLToPath(new URL('../../deploy/helm/holdfast', import.meta.url));
const CHECK = fileURLToPath(new URL('./support/check-manifests.py', import.meta.url));
const KUBERNETES = '1.31';
const KEDA = ['github.com/kedacore/keda/v2', 'v2.21.0'] as const;

/** What the chart may be asked for. */
const FORMS: Record<string, string[]> = {
  defaults: [],
  everything: [
    'queues=split',
    'versions={2.0.0,2.1.0}',
    ...WORK.map((work) => `workers.${work}.scale.max=5`),
    'workers.model.secrets={models,platforms}',
    'gateway.env.HOLDFAST_LOG_LEVEL=debug',
    'secrets={temporal}',
    'config=export default {};',
    'listeners={discord}',
    'ingress.enabled=true,ingress.host=bot.example.com,ingress.tlsSecret=tls,ingress.className=nginx',
    'metrics.port=9464',
    'keda.authentication=temporal',
    'imagePullSecrets[0].name=registry',
    'temporal.uiUrl=https://temporal.example.com',
    'nodeSelector.disk=fast',
  ],
  'one queue, scaled': ['workers.all.scale.max=5', 'podDisruptionBudget.enabled=false'],
};
const missing = missingOfGoTools() ?? noLinters;

describe.skipIf(missing)(`the Helm chart${missing ? ` (${missing})` : ''}`, { timeout: 300_000 }, () => {
  let helm: string;
  let python: string;
  let keda: string;
  beforeAll(async () => {
    helm = await goTool('helm');
    python = await installLinters();
    keda = filesOfModule(...KEDA);
  }, 900_000);

  const sets = (values: string[]) => values.flatMap((value) => ['--set', value]);
  const render = (values: string[]) =>
    check(helm, ['template', 'bot', CHART, '--kube-version', KUBERNETES, ...sets(values)]);
  const validate = (manifests: string): Verdict =>
    check(
      python,
      [CHECK, KUBERNETES, path.join(keda, 'config/crd/bases/keda.sh_scaledobjects.yaml')],
      manifests,
    );

  it.each(Object.entries(FORMS))(
    'is accepted by Helm and by the schemas of Kubernetes and KEDA: %s',
    (_, values) => {
      const lint = check(helm, [
        'lint',
        '--strict',
        '--quiet',
        CHART,
        '--kube-version',
        KUBERNETES,
        ...sets(values),
      ]);
      expect(lint).toMatchObject({ ok: true });
      const { ok, words } = render(values);
      expect(ok, words).toBe(true);
      expect(validate(words)).toMatchObject({ ok: true });
    },
  );

  it.each([
    ['maxReplicaCount:', 'maxReplicas:'],
    ['readOnlyRootFilesystem:', 'readOnlyRootFileSystem:'],
    ['minReplicaCount: 1', 'minReplicaCount: one'],
  ])('with %s written as %s would not be', (right, wrong) => {
    const { words } = render(FORMS['everything'] ?? []);
    expect(words).toContain(right);
    expect(validate(words.replace(right, wrong)).ok).toBe(false);
  });

  it.each([
    ['queues=both', 'queues'],
    ['gatway.replicas=3', 'gatway'],
    ['ingress.enabled=true', 'ingress.host'],
  ])('refuses %s, and names it', (value, name) => {
    expect(render([value])).toMatchObject({ ok: false, words: expect.stringContaining(name) });
  });

  it('scales each kind of work by its queue, in words that KEDA has', () => {
    const { words } = render(FORMS['everything'] ?? []);
    const scalers = words.split('\n---\n').filter((one) => one.includes('kind: ScaledObject'));
    const queues = scalers.map((one) => /taskQueue: (\S+)/.exec(one)?.[1] ?? '');
    expect(queues.toSorted()).toEqual([...Object.values(QUEUE_OF), ...Object.values(QUEUE_OF)].toSorted());
    const source = readFileSync(path.join(keda, 'pkg/scalers/temporal_scaler.go'), 'utf8');
    const known = new Set(Array.from(source.matchAll(/keda:"name=(\w+)[^"]*"/g), ([, name]) => name));
    for (const scaler of scalers) {
      const [, metadata = ''] =
        /metadata:\n((?: {8}.+\n)+)/.exec(scaler.slice(scaler.indexOf('triggers:'))) ?? [];
      const names = Array.from(metadata.matchAll(/^ {8}(\w+):/gm), ([, name]) => name);
      expect(names.length).toBeGreaterThan(5);
      expect(names.filter((name) => !known.has(name))).toEqual([]);
    }
  });

  it('runs the workers of two versions side by side, each with its own image and name of version', () => {
    const { words } = render(['versions={2.0.0,2.1.0}', 'image.tag=2.1.0']);
    const workers = words
      .split('\n---\n')
      .filter((one) => /kind: Deployment/.test(one) && /- worker\n/.test(one));
    const told = workers.map((one) => [
      /image: "(\S+)"/.exec(one)?.[1],
      /HOLDFAST_VERSION\n\s+value: "(\S+)"/.exec(one)?.[1],
    ]);
    expect(told).toEqual([
      ['holdfast:2.0.0', '2.0.0'],
      ['holdfast:2.1.0', '2.1.0'],
    ]);
  });
});
