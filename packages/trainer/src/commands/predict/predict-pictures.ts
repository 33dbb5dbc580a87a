import { extname } from 'node:path';
import { describeError, GlyphlabError, imageSize, InputError, percent } from '@glyphlab/core';
import { ExitCode } from '@glyphlab/core/command-line';
import { mapParallel } from '@glyphlab/core/map-parallel';
import { csvText } from '@glyphlab/data';
import { picturesOf } from '@glyphlab/data/kinds';
import { drawableNames, drawImageGrid } from '@glyphlab/evaluation';
import { imageTable, selectBackend } from '@glyphlab/nn';
import type { Picture } from '@glyphlab/pictures';
import { readPicture } from '@glyphlab/pictures/node';
import type { ModelCard } from '@glyphlab/saved-model';
import { type Network, predict } from '@glyphlab/training';
import { findPictures } from './find-pictures.ts';
import { openModel } from '../../project/saved-model.ts';
import { terminal } from '../../project/terminal.ts';
import { writeOutput } from '../../project/write-output.ts';

export interface PredictOptions {
  model: string;
  image: string[];
  show?: string;
  json?: boolean;
  csv?: boolean;
  out?: string;
}

/** A picture that was read, and how likely each class is, 0–1. */
interface Answer {
  file: string;
  picture: Picture;
  classes: { name: string; probability: number }[];
}

/** How many runners-up are named, and from which probability. */
const RUNNERS_UP = 2;
const WORTH_NAMING = 0.005;
/** Below it, an answer is doubtful: of letters read at less, half were wrong. Then the runner-up is named however unlikely it is. */
const DOUBTFUL = 0.9;

/** Reads the pictures, classifies them and tells what each shows. @returns 2 if one could not be read */
export async function predictPictures({ model, image, show, out, ...options }: PredictOptions): Promise<ExitCode> {
  const format = formatOf(options, out);
  const files = await findPictures(image);
  await selectBackend({ backend: 'auto', threads: 'auto', towers: 1, ...terminal });
  const { network, card } = await openModel(model);
  const { answers, unreadable } = await answersTo(files, network, card);
  terminal.clear();
  const text = asText(answers, unreadable, format, files.length > 1);
  if (out === undefined) process.stdout.write(text);
  else await writeOutput(out, text, '--out');
  for (const { error } of unreadable) process.stderr.write(`${describeError(error)}\n`);
  if (show !== undefined && answers.length > 0) await writeOutput(show, await draw(answers, card), '--show');
  return unreadable.length > 0 ? ExitCode.wrongInput : ExitCode.done;
}

/** What the network says of each picture that can be read. */
export async function answersTo(
  files: readonly string[],
  network: Network,
  card: ModelCard,
): Promise<{ answers: Answer[]; unreadable: Pictures['unreadable'] }> {
  const { read, unreadable } = await readPictures(files, card);
  return { answers: await classify(network, card, read), unreadable };
}

interface Pictures {
  read: { file: string; picture: Picture }[];
  unreadable: { file: string; error: GlyphlabError }[];
}

/** Pictures for a model are prepared as those were that it has learnt from. */
async function readPictures(
  files: readonly string[],
  { imageShape, dataset, pictures: preparation = picturesOf(dataset) }: ModelCard,
): Promise<Pictures> {
  let done = 0;
  const found = await mapParallel(
    files,
    async (file): Promise<Pictures['read'][number] | Pictures['unreadable'][number]> => {
      try {
        return { file, picture: await readPicture(file, { imageShape, preparation }) };
      } catch (error) {
        if (!(error instanceof GlyphlabError)) throw error;
        return { file, error };
      } finally {
        terminal.onProgress({ label: 'Reading pictures', done: ++done, total: files.length, unit: 'images' });
      }
    },
    { concurrency: 4 },
  );
  return {
    read: found.flatMap((one) => ('picture' in one ? [one] : [])),
    unreadable: found.flatMap((one) => ('error' in one ? [one] : [])),
  };
}

async function classify(
  network: Network,
  { imageShape, classNames }: ModelCard,
  pictures: Pictures['read'],
): Promise<Answer[]> {
  const size = pictures.length;
  if (size === 0) return [];
  const images = new Uint8Array(size * imageSize(imageShape));
  pictures.forEach(({ picture }, k) => images.set(picture.pixels, k * imageSize(imageShape)));
  const table = imageTable({ images, labels: new Uint8Array(size), size }, imageShape);
  const probabilities = await predict(network, table, { batchSize: 256 });
  return pictures.map(({ file, picture }, k) => {
    const row = [...probabilities.subarray(k * classNames.length, (k + 1) * classNames.length)];
    if (row.some(Number.isNaN))
      throw new GlyphlabError('PREDICTION_NAN', 'The model says NaN of this picture: it has diverged in training.', {
        where: file,
      });
    const classes = row.map((probability, c) => ({ name: classNames[c]!, probability }));
    return { file, picture, classes: classes.sort((a, b) => b.probability - a.probability) };
  });
}

/** The answer for a person, a line and its warnings. @param named with the file's name before it */
export function describeAnswer({ file, picture, classes }: Answer, named: boolean): string {
  const [first, ...others] = classes;
  const isDoubtful = first!.probability < DOUBTFUL;
  const runnersUp = others
    .slice(0, RUNNERS_UP)
    .filter(({ probability }, k) => probability >= WORTH_NAMING || (isDoubtful && k === 0));
  const also =
    runnersUp.length > 0
      ? `, then ${runnersUp.map(({ name, probability }) => `${name} (${percent(probability, 1)})`).join(', ')}`
      : '';
  const warnings = picture.warnings.map(({ message }) => `  Warning: ${message}\n`).join('');
  return `${named ? `${file}: ` : ''}Predicted class: ${first!.name} (${percent(first!.probability, 1)})${also}\n${warnings}`;
}

const toJson = ({ file, picture, classes }: Answer): string =>
  `${JSON.stringify({ file, class: classes[0]!.name, probability: classes[0]!.probability, classes, box: picture.box, warnings: picture.warnings })}\n`;

type Format = 'text' | 'json' | 'csv';

/** @throws InputError if both are asked for */
function formatOf({ json, csv }: Pick<PredictOptions, 'json' | 'csv'>, out: string | undefined): Format {
  if (json && csv) {
    throw new InputError('BAD_FORMAT', 'Both --json and --csv are given.', {
      where: '--csv',
      hint: 'Choose one of them.',
    });
  }
  const isTable = out !== undefined && extname(out).toLowerCase() === '.csv';
  const isLines = out !== undefined && /^\.(jsonl?|ndjson)$/i.test(extname(out));
  return json || (isLines && !csv) ? 'json' : csv || isTable ? 'csv' : 'text';
}

function asText(
  answers: readonly Answer[],
  unreadable: Pictures['unreadable'],
  format: Format,
  named: boolean,
): string {
  if (format === 'text') return answers.map((answer) => describeAnswer(answer, named)).join('');
  if (format === 'json') {
    const failed = unreadable.map(
      ({ file, error }) => `${JSON.stringify({ file, error: { code: error.code, message: error.message } })}\n`,
    );
    return [...answers.map(toJson), ...failed].join('');
  }
  return csvText([
    ['file', 'class', 'probability', 'second_class', 'second_probability', 'warnings', 'error'],
    ...answers.map(({ file, classes: [first, second], picture }) => [
      file,
      first!.name,
      first!.probability.toFixed(4),
      second!.name,
      second!.probability.toFixed(4),
      picture.warnings.map(({ message }) => message).join(' '),
      '',
    ]),
    ...unreadable.map(({ file, error }) => [file, '', '', '', '', '', error.message]),
  ]);
}

/** More would make a sheet that no viewer shows. */
const ON_SHEET = 256;

/** A contact sheet; of very many, those that the network is least sure of. */
function draw(all: readonly Answer[], { imageShape, classNames }: ModelCard): Promise<Uint8Array> {
  const unsure = (answer: Answer): number => answer.classes[0]!.probability;
  const isCut = all.length > ON_SHEET;
  const answers = isCut ? [...all].sort((a, b) => unsure(a) - unsure(b)).slice(0, ON_SHEET) : all;
  const pixels = Buffer.concat(answers.map(({ picture }) => picture.pixels));
  const shown = new Map(drawableNames(classNames).map((name, k) => [classNames[k], name]));
  const captions = answers.map(
    ({ classes: [first] }) => `${shown.get(first!.name)}  ${percent(first!.probability, 1)}`,
  );
  return drawImageGrid(
    { pixels, imageShape },
    {
      title: 'What the network sees',
      ...(isCut && { subtitle: `The ${ON_SHEET} of ${all.length} pictures that it is least sure of` }),
      captions,
    },
  );
}
