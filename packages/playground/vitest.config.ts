import { defineConfig } from 'vitest/config';

// A browser on a busy machine takes its time.
export default defineConfig({ test: { include: ['src/**/*.test.ts'], expect: { poll: { timeout: 15_000 } } } });
