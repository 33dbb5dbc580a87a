import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/testing/setup.ts'],
    globalSetup: '@glyphlab/mlflow-server/testing/global-setup',
    testTimeout: 60_000,
    // The first run installs MLflow.
    hookTimeout: 600_000,
  },
});
