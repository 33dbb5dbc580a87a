import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    globalSetup: '@glyphlab/mlflow-server/testing/global-setup',
    testTimeout: 60_000,
    // The first run installs MLflow.
    hookTimeout: 600_000,
    // They mostly wait for the server: with one worker, half of a small machine would be idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
