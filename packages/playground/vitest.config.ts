import { defineConfig } from 'vitest/config';

// A browser on a busy machine takes its time, and so does closing it.
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
