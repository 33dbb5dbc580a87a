/*
 * A picture's way into a network without files and decoders: what a browser can run too.
 */
export { type Picture, type Preparation, preparationFor, prepareCharacter, prepareDrawing } from './picture-prepare.ts';
export type { PictureSource } from './picture-source.ts';
