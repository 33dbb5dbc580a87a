import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/testing/setup.ts'],
    globalSetup: ['@glyphlab/mlflow-server/testing/global-setup', 'src/testing/global-setup.ts'],
    testTimeout: 120_000,
    // The first run installs TensorFlow and MLflow.
    hookTimeout: 600_000,
    // The last package of `npm test`: with one worker, half of a small machine would be idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
