import { writeFile } from 'node:fs/promises';
import { describeError, ExitCode, GlyphlabError, imageSize, percent } from '@glyphlab/core';
import { picturesOf } from '@glyphlab/data/kinds';
import { drawableNames, drawImageGrid } from '@glyphlab/evaluation';
import { imageTable, selectBackend } from '@glyphlab/nn';
import type { Picture } from '@glyphlab/pictures';
import { readPicture } from '@glyphlab/pictures/node';
import type { ModelCard } from '@glyphlab/saved-model';
import { type Network, predict } from '@glyphlab/training';
import { openModel } from '../../project/saved-model.ts';
import { terminal } from '../../project/terminal.ts';

export interface PredictOptions {
  model: string;
  image: string[];
  show?: string;
  json?: boolean;
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

/** Reads the pictures, classifies them in one batch and prints what each shows. @returns 2 if one could not be read */
export async function predictPictures({ model, image, show, json }: PredictOptions): Promise<ExitCode> {
  await selectBackend({ backend: 'auto', threads: 'auto', towers: 1, ...terminal });
  const { network, card } = await openModel(model);
  const pictures = await readPictures(image, card);
  const answers = await classify(network, card, pictures.read);
  terminal.clear();
  for (const answer of answers) process.stdout.write(json ? toJson(answer) : describeAnswer(answer, image.length > 1));
  for (const { file, error } of pictures.unreadable) {
    if (json)
      process.stdout.write(`${JSON.stringify({ file, error: { code: error.code, message: error.message } })}\n`);
    process.stderr.write(`${describeError(error)}\n`);
  }
  if (show !== undefined && answers.length > 0) await writeFile(show, await draw(answers, card));
  return pictures.unreadable.length > 0 ? ExitCode.wrongInput : ExitCode.done;
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
  const pictures: Pictures = { read: [], unreadable: [] };
  for (const file of files) {
    try {
      pictures.read.push({
        file,
        picture: await readPicture(file, { imageShape, preparation }),
      });
    } catch (error) {
      if (!(error instanceof GlyphlabError)) throw error;
      pictures.unreadable.push({ file, error });
    }
  }
  return pictures;
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

function draw(answers: readonly Answer[], { imageShape, classNames }: ModelCard): Promise<Uint8Array> {
  const pixels = Uint8Array.from(answers.flatMap(({ picture }) => [...picture.pixels]));
  const shown = new Map(drawableNames(classNames).map((name, k) => [classNames[k], name]));
  const captions = answers.map(
    ({ classes: [first] }) => `${shown.get(first!.name)}  ${percent(first!.probability, 1)}`,
  );
  return drawImageGrid({ pixels, imageShape }, { title: 'What the network sees', captions });
}
