import { defineConfig } from 'vitest/config';

// A browser on a busy machine takes its time, and so does closing it.
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 300_000,
    // The first run installs TensorFlow.
    hookTimeout: 600_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
