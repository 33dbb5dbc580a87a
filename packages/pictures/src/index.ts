/*
 * A picture's way into a network, without files and decoders: what a browser can run too. Files are read by the entry `./node`.
 */
export { type Picture, type Preparation, prepareCharacter, prepareDrawing } from './prepare.ts';
export type { PictureSource } from './source.ts';
