// A worker thread does not always inherit the loader that lets the main thread run TypeScript, so it brings its own, unless the
// program runs from built JavaScript, which has this thread as well (packages/trainer/bin/load-program.js).
import { getEnvironmentData } from 'node:worker_threads';

const built = getEnvironmentData('glyphlab:built')?.['packages/tracking/src/worker/worker.ts'];
if (built !== undefined) await import(built);
else {
  const { register } = await import('tsx/esm/api');
  register();
  await import('./worker.ts');
}
