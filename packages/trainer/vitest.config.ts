import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/testing/setup.ts'],
    globalSetup: ['@glyphlab/mlflow-server/testing/global-setup'],
    testTimeout: 120_000,
  },
});
