import { defineConfig } from 'vitest/config';
import { withWebGpu } from '../../vitest.webgpu.ts';

export default defineConfig({ test: { passWithNoTests: true, projects: withWebGpu('nn') } });
