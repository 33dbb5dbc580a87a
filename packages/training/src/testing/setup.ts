import { selectBackend } from '@glyphlab/nn';

await selectBackend({ backend: 'tensorflow', threads: 2, towers: 1 });
