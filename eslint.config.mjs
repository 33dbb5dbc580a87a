import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** What each layer may import: data flows one way, and only the trainer knows all of it. Each package of models is of one layer. */
const mayImport = {
  core: [],
  zoo: ['core'],
  python: ['core'],
  tensorflow: ['core', 'python'],
  'mlflow-server': ['core', 'python'],
  graph: ['tensorflow'],
  config: ['core'],
  pictures: ['core'],
  data: ['core', 'pictures'],
  evaluation: ['core'],
  'mlflow-client': ['core'],
  nn: ['core', 'tensorflow', 'graph'],
  model: ['core', 'python', 'nn'],
  training: ['core', 'nn', 'graph'],
  tracking: ['core', 'mlflow-client', 'mlflow-server'],
  'saved-model': ['core', 'graph', 'mlflow-client', 'tracking'],
  experiments: ['core', 'config', 'mlflow-client', 'mlflow-server', 'tracking', 'evaluation'],
  trainer: [
    ...['core', 'config', 'data', 'pictures', 'nn', 'model', 'training', 'evaluation', 'tensorflow'],
    ...['mlflow-client', 'tracking', 'experiments', 'saved-model', 'zoo'],
  ],
  // Of the trainer: the kinds of models, and where the workspace is.
  playground: ['core', 'data', 'pictures', 'nn', 'saved-model', 'trainer', 'zoo'],
  bench: [
    ...[
      'core',
      'config',
      'data',
      'nn',
      'graph',
      'model',
      'training',
      'evaluation',
      'mlflow-client',
      'tracking',
      'experiments',
    ],
    ...['python', 'tensorflow', 'mlflow-server', 'saved-model', 'trainer'],
  ],
  generators: ['core'],
  create: ['core'],
  // Its programs are run as their users run them, by npm.
  release: ['core'],
  docs: ['core', 'release'],
  'nx-executor': [],
};

/** What only their tests may import besides. */
const testsMayImport = {
  'mlflow-client': ['mlflow-server'],
  'saved-model': ['mlflow-server', 'tensorflow'],
  trainer: ['mlflow-server', 'python'],
};

/** A library runs without the commands that are built of it, and those without what only development needs. */
const kindsBelow = {
  runtime: ['runtime', 'library'],
  library: ['runtime', 'library'],
  application: ['runtime', 'library', 'application'],
  development: ['runtime', 'library', 'application', 'development'],
};

/** Programs: they have commands, and exit codes. The rest is a library, whose errors carry a code that the program knows what to say on. */
const programs = ['trainer', 'playground', 'create-glyphlab', 'mlflow-server', 'tensorflow', 'python'];
const commandOfOurs =
  '/nx (run|g) |npx (glyphlab|@glyphlab)|glyphlab (run|train|sync|runs|predict|evaluate|export|zoo|experiment|data|ui|compare|report)\\b/';

const boundaries = (layers) => [
  'error',
  {
    allow: ['^.*/vitest\\.(config|webgpu)\\.ts$'],
    depConstraints: [...constraints('layer', layers), ...constraints('kind', kindsBelow)],
  },
];

const constraints = (tag, allowed) =>
  Object.entries(allowed).map(([source, targets]) => ({
    sourceTag: `${tag}:${source}`,
    onlyDependOnLibsWithTags: targets.map((target) => `${tag}:${target}`),
  }));

const inTests = Object.fromEntries(
  Object.entries(mayImport).map(([layer, targets]) => [layer, [...targets, ...(testsMayImport[layer] ?? [])]]),
);

export default tseslint.config(
  { ignores: ['**/out-tsc', '**/dist', '**/node_modules', '.nx', '.glyphlab', '.mlflow', '**/files/**'] },
  ...tseslint.configs.recommended,
  {
    plugins: { '@nx': nx },
    files: ['**/*.ts', '**/*.mjs', '**/*.js'],
    rules: {
      '@nx/enforce-module-boundaries': boundaries(mayImport),
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      eqeqeq: 'error',
      'no-console': 'off',
    },
  },
  {
    files: ['**/*.test.ts', '**/testing/**', '**/*setup.ts'],
    rules: { '@nx/enforce-module-boundaries': boundaries(inTests) },
  },
  {
    files: ['packages/*/src/**/*.ts', 'packages/models/*/src/**/*.ts'],
    ignores: [
      ...programs.map((name) => `packages/${name}/**`),
      '**/*.test.ts',
      '**/testing/**',
      '**/write-*-schema.ts',
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        { name: '@glyphlab/core/command-line', message: 'A library has no command line. Its errors have a kind.' },
      ],
      'no-restricted-syntax': [
        'error',
        ...['Literal[value=', 'TemplateElement[value.raw='].map((text) => ({
          selector: `${text}${commandOfOurs}]`,
          message:
            "A library names no command of ours. Give the error or message a code: trainer's advice.ts says what helps.",
        })),
      ],
    },
  },
  {
    // Written as by somebody who has our packages installed.
    files: ['packages/trainer/src/testing/outside-project/**', 'packages/create-glyphlab/template/**'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
);
