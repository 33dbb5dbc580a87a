import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** What each layer may import: data flows one way, and only the trainer knows all of it. */
const mayImport = {
  core: [],
  graph: ['runtime'],
  runtime: ['core', 'runtime'],
  development: ['core'],
  config: ['core'],
  pictures: ['core'],
  data: ['core', 'pictures'],
  evaluation: ['core'],
  'mlflow-client': ['core', 'runtime'],
  nn: ['core', 'runtime'],
  model: ['core', 'nn'],
  training: ['core', 'nn', 'graph'],
  tracking: ['core', 'mlflow-client', 'runtime'],
  'saved-model': ['core', 'graph', 'mlflow-client', 'tracking', 'runtime'],
  experiments: ['core', 'config', 'mlflow-client', 'tracking', 'evaluation', 'runtime'],
  trainer: [
    'core',
    'config',
    'data',
    'pictures',
    'graph',
    'nn',
    'model',
    'training',
    'evaluation',
    'mlflow-client',
    'tracking',
    'experiments',
    'saved-model',
    'runtime',
  ],
  bench: [
    'core',
    'config',
    'data',
    'pictures',
    'graph',
    'nn',
    'model',
    'training',
    'evaluation',
    'mlflow-client',
    'tracking',
    'experiments',
    'runtime',
    'trainer',
  ],
  // Of the trainer: the kinds of models, and where the workspace is.
  playground: ['core', 'data', 'pictures', 'nn', 'saved-model', 'trainer'],
};

export default tseslint.config(
  { ignores: ['**/out-tsc', '**/dist', '**/node_modules', '.nx', '.glyphlab', '.mlflow', '**/files/**'] },
  ...tseslint.configs.recommended,
  {
    plugins: { '@nx': nx },
    files: ['**/*.ts', '**/*.mjs', '**/*.js'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: ['^.*/vitest\\.config\\.ts$'],
          depConstraints: Object.entries(mayImport).map(([layer, targets]) => ({
            sourceTag: `layer:${layer}`,
            onlyDependOnLibsWithTags: targets.map((target) => `layer:${target}`),
          })),
        },
      ],
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      eqeqeq: 'error',
      'no-console': 'off',
    },
  },
);
