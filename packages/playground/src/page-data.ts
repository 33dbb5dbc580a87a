import type { ImageShape } from '@glyphlab/core';
import type { Preparation } from '@glyphlab/pictures';
import type { SymbolicTensor } from '@tensorflow/tfjs-layers';

/** What the page knows of its model: `playground.json` in the static folder, written by the build. */
export interface PageData {
  name: string;
  dataset: string;
  classNames: string[];
  imageShape: ImageShape;
  preparation: Preparation;
  /** Of the test split, 0–1; missing if the model does not say. */
  accuracy?: number;
  /** Missing if the model's data could not be had. */
  samples?: SampleIndex;
  /** All networks that the page offers, this one first; missing if it is the only one. Only the first one's page says so. */
  choices?: Choice[];
  /** Folder that pictures are kept in, for people; missing if none are. */
  keep?: string;
}

/** A network that a person may choose: the page's address names it as `?model=<id>`. */
export interface Choice {
  id: string;
  /** For people. */
  name: string;
}

/** Folder of a network's files within the page's, with `/` at its end; the first one's are the page's own. */
export const folderOf = (choices: readonly Choice[], id: string | null): string =>
  choices.slice(1).some((choice) => choice.id === id) ? `models/${id}/` : '';

/** Where the page sends a picture that is to be kept. */
export const KEEP = 'keep';

/** What it is told. */
export interface Kept {
  file: string;
  /** How many are kept by now. */
  pictures: number;
}

/** Images of the data set: a few to try, the others to compare with. */
export interface SampleIndex {
  /** Images in a row of the sprite `samples.png`, which holds them row by row. */
  columns: number;
  /** Class of each image. The first `toTry` of them are there to be tried. */
  labels: number[];
  toTry: number;
  /** Which features `features.bin` holds for each of the other images: int8, of vectors of equal length. */
  dimensions: number[];
}

export const FILES = {
  page: 'playground.json',
  model: 'model/model.json',
  weights: 'model/weights.bin',
  sprite: 'samples.png',
  features: 'features.bin',
} as const;

/** What the last dense layer decides on: the input [n, features] of the one that makes the logits, where images of a class lie close. */
export const featuresOf = (logits: SymbolicTensor): SymbolicTensor => logits.sourceLayer.input as SymbolicTensor;
