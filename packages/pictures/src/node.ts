/*
 * Picture files, opened and decoded with sharp.
 */
export { openPicture } from './file/open-picture.ts';
export { type PictureOptions, readPicture } from './file/read-picture.ts';
export { resizePicture } from './file/read-picture.ts';
