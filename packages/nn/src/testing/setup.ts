import { selectBackend } from '../backend.ts';

await selectBackend({ backend: 'tensorflow', threads: 2, towers: 1 });
