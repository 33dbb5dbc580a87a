import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    globalSetup: '@glyphlab/mlflow-server/testing/global-setup',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // They mostly wait for the server: with one worker, half of a small machine would be idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
