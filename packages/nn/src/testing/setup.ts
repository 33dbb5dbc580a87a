import { selectBackend } from '../backend/backend.ts';

await selectBackend({ backend: 'tensorflow', threads: 2, towers: 1 });
