import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { setJsonSchema } from './editor-schema.ts';

const FILE = new URL('../../../../experiments/set.schema.json', import.meta.url).pathname;

const options = await resolveConfig(FILE);
await writeFile(FILE, await format(JSON.stringify(setJsonSchema()), { ...options, parser: 'json' }));
