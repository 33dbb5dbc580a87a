// A worker thread does not always inherit the loader that lets the main thread run TypeScript, so it brings its own.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
