import { writeFile } from 'node:fs/promises';
import { experimentJsonSchema } from '@glyphlab/config';
import { runThisProgram } from '@glyphlab/core/command-line';
import { Command } from 'commander';
import { format, resolveConfig } from 'prettier';
import { ownKinds } from './registry.ts';

/** What editors complete and check `configs/*.yaml` by. */
const FILE = new URL('../../../../configs/experiment.schema.json', import.meta.url).pathname;

/** Writes the JSON Schema of an experiment anew: after a change of options, or a new model. */
async function writeSchema(): Promise<void> {
  const options = await resolveConfig(FILE);
  await writeFile(FILE, await format(JSON.stringify(experimentJsonSchema(ownKinds)), { ...options, parser: 'json' }));
}

await runThisProgram(() =>
  new Command('schema')
    .description('Write configs/experiment.schema.json, by which editors complete and check configurations.')
    .action(writeSchema),
);
