import { existsSync } from 'node:fs';
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
    onProgress({
      label: 'Writing letters',
      done: k * letters.length * count,
      total: writers.length * letters.length * count,
      unit: 'files',
    });
    await writeLetters(writer, out, count);
  }
  return `${writers.length * letters.length * count} pictures of ${letters.length} letters in ${writers.length} hands: ${out}`;
});
