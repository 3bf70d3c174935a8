/** Which folder may import which: arrows point down only (docs/architecture.md draws it). */
const layers = {
  contract: [],
  platforms: ['contract'],
  models: ['contract'],
  tools: ['contract'],
  encryption: ['contract'],
  config: ['contract', 'platforms', 'models', 'tools', 'encryption'],
  workflows: ['contract'],
  activities: ['contract', 'platforms', 'models', 'tools'],
  telemetry: ['contract', 'config'],
  gateway: ['contract', 'platforms', 'encryption', 'config', 'telemetry'],
  doctor: ['contract', 'config'],
  workers: [
    'contract',
    'platforms',
    'models',
    'tools',
    'encryption',
    'config',
    'workflows',
    'activities',
    'gateway',
    'doctor',
    'telemetry',
  ],
};

const top =
  '(activities|bench|cli|config|contract|doctor|encryption|gateway|models|platforms|telemetry|test|tools|workers|workflows)';

export default {
  forbidden: [
    ...Object.entries(layers).map(([folder, allowed]) => ({
      name: `${folder}-imports-only-${allowed.join('-') || 'itself'}`,
      severity: 'error',
      from: { path: `^${folder}/` },
      to: {
        path: `^${top}/`,
        pathNot: [`^(${[folder, ...allowed].join('|')})/`],
        // workflows/ may know the types of activities, which are gone at run time.
        ...(folder === 'workflows' ? { dependencyTypesNot: ['type-only'] } : {}),
      },
    })),
    {
      name: 'workflows-are-deterministic',
      comment: 'Workflow code may import the workflow package and contract/ only: all else can break replay.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: {
        path: '.',
        pathNot: ['^(workflows|contract)/', '^node_modules/@temporalio/(workflow|common)/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'tracing-is-loaded-when-it-is-on',
      severity: 'error',
      from: { pathNot: '^telemetry/tracing\\.ts$' },
      to: {
        path: '^telemetry/trac(ing|e-node-http)\\.ts$',
        dependencyTypesNot: ['dynamic-import', 'type-only'],
      },
    },
    {
      name: 'opentelemetry-is-behind-tracing',
      severity: 'error',
      from: { pathNot: '^(telemetry/trac(ing|e-node-http)\\.ts|node_modules/)' },
      to: { path: '^node_modules/@opentelemetry/' },
    },
    {
      name: 'no-circular',
      severity: 'error',
      from: { pathNot: '^node_modules' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      comment: 'The packages of the peers that holdfast is measured beside are optional.',
      severity: 'error',
      from: { pathNot: '^bench/peers/(dbos|restate)/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(test|gateway/(web-chat|operate)/page)/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
