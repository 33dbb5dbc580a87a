import { defineConfig } from 'vitest/config';
import { withWebGpu } from '../../vitest.webgpu.ts';

export default defineConfig({ test: { projects: withWebGpu('training', ['src/testing/setup.ts']) } });
