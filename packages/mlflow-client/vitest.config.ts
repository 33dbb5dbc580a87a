import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    globalSetup: '@glyphlab/mlflow-server/testing/global-setup',
    testTimeout: 30_000,
  },
});
