import { availableParallelism, cpus } from 'node:os';
import type { Report } from './report.ts';

/** What this process runs on. */
export const thisMachine = (): Report['machine'] => ({
  processor: cpus()[0]?.model.trim() ?? 'unknown processor',
  cores: availableParallelism(),
  platform: `${process.platform} ${process.arch}`,
  node: process.versions.node,
});
