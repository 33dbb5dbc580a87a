import { parseArgs, type ParseArgsConfig } from 'node:util';
import { InputError } from '@glyphlab/core';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<T extends Options> = ReturnType<typeof parseArgs<{ args: string[]; options: T }>>['values'];

/** Values of a command's options. @throws InputError BENCH_UNKNOWN_OPTION */
export function parseValues<T extends Options>(args: readonly string[], options: T): Values<T> {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw new InputError('BENCH_UNKNOWN_OPTION', (cause as Error).message, { hint: 'See --help.', cause });
  }
}

/** @throws InputError BENCH_BAD_NUMBER */
export function wholeNumber(where: string, text: string, least = 1): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least) return value;
  throw new InputError('BENCH_BAD_NUMBER', `Expected a whole number of at least ${least}. Received: "${text}".`, {
    where,
  });
}
