import { z } from 'zod';
import { limit, perClass } from '../common-options.ts';
import { channels, prepare, share, size, storage, unreadable } from '../image-folder/options.ts';

const column = (what: string, name: string) =>
  z.string().trim().min(1).default(name).describe(`Column of ${what}. Default ${name}.`);

export const options = z.strictObject({
  file: z
    .string()
    .trim()
    .min(1)
    .describe(
      'A table of pictures with a header line, separated by commas; relative to the working directory or to GLYPHLAB_DATA_DIR. Required.',
    ),
  directory: z
    .string()
    .trim()
    .min(1)
    .optional()
    .describe("Where relative paths in the table start from. Default: the table's own folder."),
  path: column("the pictures' files", 'path'),
  label: column('their classes', 'label'),
  split: column('their parts: train, val or test', 'split').describe(
    'Column that says which part a picture is in: train (or empty), val or test; without it the parts are drawn at random. Default split.',
  ),
  size,
  channels,
  prepare,
  valFraction: share('validation', 'a part val in the table'),
  testFraction: share('the test', 'a part test in the table'),
  unreadable,
  storage,
  perClass,
  limit,
});

export type CsvOptions = z.infer<typeof options>;
