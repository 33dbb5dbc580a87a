import { defineConfig } from 'vitest/config';

// A browser on a busy machine takes its time.
export default defineConfig({
  test: { include: ['src/**/*.test.ts'], testTimeout: 60_000, expect: { poll: { timeout: 15_000 } } },
});
