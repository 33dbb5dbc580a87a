import { writeFile } from 'node:fs/promises';
import { Command, runThisProgram } from '@glyphlab/core/command-line';
import { format, resolveConfig } from 'prettier';
import { setJsonSchema } from './editor-schema.ts';

const FILE = new URL('../../../../experiments/set.schema.json', import.meta.url).pathname;

await runThisProgram(() =>
  new Command('schema')
    .description('Write experiments/set.schema.json, by which editors complete and check sets of experiments.')
    .action(async () => {
      const options = await resolveConfig(FILE);
      await writeFile(FILE, await format(JSON.stringify(setJsonSchema()), { ...options, parser: 'json' }));
    }),
);
