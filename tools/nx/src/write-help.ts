import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { helpSchema, programs, workspace } from './help.ts';

const folder = join(workspace, 'tools/nx');

async function write(file: string, value: object): Promise<void> {
  const path = join(folder, file);
  writeFileSync(path, await format(JSON.stringify(value), { ...(await resolveConfig(path)), parser: 'json' }));
}

/** Writes what Nx shows for --help anew: after a change of options, or a new program. */
const executor = { implementation: './program.cjs#run', hasher: './program.cjs#runInForeground' };
const plain = {
  ...executor,
  schema: './program.schema.json',
  description: 'A program of this workspace, run without a shell in the folder where the command was typed.',
};
rmSync(join(folder, 'help'), { recursive: true, force: true });
mkdirSync(join(folder, 'help'));
const executors: Record<string, object> = { program: plain };
for (const program of programs()) {
  const schema = helpSchema(program) as { description: string };
  await write(`help/${program.name}.json`, schema);
  executors[program.name] = { ...executor, schema: `./help/${program.name}.json`, description: schema.description };
}
await write('executors.json', { executors });
