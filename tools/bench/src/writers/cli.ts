import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@glyphlab/core';
import { runBench } from '../commands.ts';
import { type WritersOptions, writersCommand } from './command.ts';
import { letters, writeLetters, writers } from './write-letters.ts';

await runBench<WritersOptions>(writersCommand(), async ({ out, count }, { onProgress }) => {
  if (existsSync(out))
    throw new InputError('OUT_EXISTS', 'There is something of this name already.', {
      where: `--out ${out}`,
      hint: 'Remove it, or name another folder.',
    });
  for (const [k, writer] of writers.entries()) {
    mkdirSync(join(out, writer), { recursive: true });
    onProgress({
      label: 'Writing letters',
      done: k * letters.length * count,
      total: writers.length * letters.length * count,
      unit: 'files',
    });
    await writeLetters(writer, join(out, writer), count);
  }
  return `${writers.length * letters.length * count} pictures of ${letters.length} letters in ${writers.length} hands: ${out}`;
});
