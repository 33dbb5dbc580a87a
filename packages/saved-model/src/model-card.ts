import type { ImageShape } from '@glyphlab/core';

/** What a saved model says of itself: in `model.json` (`userDefinedMetadata`), in ONNX's metadata and in its card. */
export interface ModelCard {
  name: string;
  /** Type of the kind of model that built it, as `cnn`. Models of earlier releases have it as `origin.architecture`, or do not say. */
  kind?: string;
  /** Type of the dataset, as `mnist`. */
  dataset: string;
  /** One a class, in the order of the outputs. */
  classNames: string[];
  imageShape: ImageShape;
  /** What is done to pixels 0–255 before the first layer. The exported formats do it themselves. */
  preprocessing: string;
  /** How a person's picture becomes such an image: by its ink, as in MNIST or EMNIST, or scaled as a whole. Older models do not say. */
  pictures?: 'mnist' | 'emnist' | 'resize';
  /** How it came to be. Models of earlier releases do not say. */
  origin?: ModelOrigin;
  /** Of what was made of several networks: what was averaged, and the networks. */
  meanOf?: { what: 'probabilities' | 'weights'; members: ModelCard[] };
}

export interface ModelOrigin {
  /** As `cnn`. */
  architecture: string;
  parameters: number;
  /** The dataset's name for people, and what its readers should know. */
  dataset: string;
  notes: string[];
  /** Images of each split. */
  images: { train: number; val: number; test: number };
  epochs: number;
  /** The epoch whose weights were kept, from 1. */
  bestEpoch: number;
  seed: number;
  /** What training images were changed by, as `affine`. */
  augmentation: string[];
  /** Of the test split; missing if training did not come to its end. Shares are 0–1, the loss is in nats. */
  test?: { accuracy: number; loss: number; macroF1: number; calibrationError: number };
}
