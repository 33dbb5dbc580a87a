import type { PinnedEnvironment } from './pinned-environment.ts';

/** Ray with its dashboard, which has the Jobs REST API (380 MB). */
export const pythonRay: PinnedEnvironment = {
  directory: 'ray/2.60.0',
  packages: ['ray[default]==2.60.0'],
};
