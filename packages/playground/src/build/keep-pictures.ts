import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { imageSize, InputError } from '@glyphlab/core';
import { writeWhole } from '@glyphlab/core/whole-file';
import sharp from 'sharp';
import type { Plugin } from 'vite';
import { KEEP, type Kept, type PageData } from '../page-data.ts';

type Model = Pick<PageData, 'classNames' | 'imageShape'>;

/**
 * Makes the folder that pictures are kept in, an image folder: a folder a class, which comes with its first picture.
 *
 * @throws InputError if it cannot be written to, or a class cannot be the name of a folder
 */
export function prepareKeepFolder(directory: string, { classNames }: Pick<Model, 'classNames'>): void {
  const impossible = classNames.filter((name) => /[/\\\0]/.test(name) || /^\.|^$/.test(name));
  if (impossible.length > 0)
    throw new InputError('KEEP_CLASS_NAMES', `These classes cannot be names of folders: ${impossible.join(', ')}.`, {
      where: '--keep',
      hint: 'Serve the page without --keep.',
    });
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new InputError('KEEP_NOT_WRITABLE', `Pictures cannot be kept there: ${(cause as Error).message}`, {
      where: directory,
      hint: 'Name another folder with --keep.',
      cause,
    });
  }
}

/**
 * Takes pictures that a person wants to keep, from the page alone: `POST keep?class=7` with the values of one image, 0–255,
 * [height, width, channels], as the network sees it. The same picture is kept once; under another class, it moves there.
 */
export const keepPictures = (directory: string, model: Model): Plugin => ({
  name: 'keep-pictures',
  configurePreviewServer({ middlewares }) {
    middlewares.use(`/${KEEP}`, (request, response) => {
      answer(directory, model, request, response).catch((error: Error) => respond(response, 500, error.message));
    });
  },
});

async function answer(
  directory: string,
  { classNames, imageShape }: Model,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') return respond(response, 405, 'Expected POST.');
  // Other sites that are open in the browser may send requests here too.
  if (request.headers.origin !== `http://${request.headers.host}`)
    return respond(response, 403, 'Only the page itself may keep pictures.');
  const className = classNames[Number(new URL(request.url!, 'http://localhost').searchParams.get('class') ?? NaN)];
  const pixels = await bodyOf(request, imageSize(imageShape));
  if (className === undefined || !pixels)
    return respond(response, 400, 'Expected a class and the values of one image.');
  const [height, width, channels] = imageShape;
  const name = `${createHash('sha256').update(pixels).digest('hex').slice(0, 16)}.png`;
  const image = sharp(pixels, { raw: { width, height, channels: channels as 1 | 3 } });
  const png = await (channels === 1 ? image.toColourspace('b-w') : image).png().toBuffer();
  await writeWhole(join(directory, className, name), png);
  for (const other of classNames) if (other !== className) rmSync(join(directory, other, name), { force: true });
  const pictures = classNames.reduce((sum, one) => sum + picturesIn(join(directory, one)), 0);
  const kept: Kept = { file: join(directory, className, name), pictures };
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(kept));
}

const picturesIn = (folder: string): number =>
  existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.png')).length : 0;

/** Undefined if it has another length. */
async function bodyOf(request: IncomingMessage, length: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let received = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    received += part.length;
    if (received > length) return undefined;
    parts.push(part);
  }
  return received === length ? Buffer.concat(parts) : undefined;
}

function respond(response: ServerResponse, status: number, message: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8').end(message);
}
