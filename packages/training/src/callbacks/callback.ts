import type { ImageShape, Kind, Labels, MetricSink, Predictions } from '@glyphlab/core';
import type { z } from 'zod';

/** What JSON can hold: the state of a callback goes into the checkpoint. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface TrainBegin {
  /** Epochs that are done: more than 0 if the run is resumed. */
  epoch: number;
  /**
   * What the network says of the validation images now, of the averaged weights if there are any.
   * @param most of the first images only, so many at most
   */
  validate(most?: number): Promise<Predictions>;
}

export interface EpochEnd {
  /** From 1. */
  epoch: number;
  /** As they will be logged: `train/loss`, `val/accuracy`, `lr` and so on. */
  metrics: Readonly<Record<string, number>>;
  /** Whether `training.checkpoint` takes this for the best epoch so far. */
  isBest: boolean;
  /** What the network says of the validation images; valid until this call returns. */
  validation: Predictions;
}

export interface TrainEnd {
  /** Epochs that came to their end. */
  epoch: number;
  stopped: 'completed' | 'earlyStopping' | 'interrupted' | 'lossNotFinite' | 'failed';
}

/** What a callback answers to have training end, in order, after this epoch. */
export type Answer = void | 'stop';

/**
 * What looks on, or takes part, while a network trains (Keras's Callback). Methods are called in the order in which callbacks are
 * listed; training waits for them.
 *
 * For `--resume` to go on exactly, all that a callback remembers is in `state`, which is kept after each epoch, when `onEpochEnd` is
 * done. An epoch that was cut off is trained again, and ends again.
 */
export interface Callback {
  /** Before the first step, of a resumed run too, after `restore`. */
  onTrainBegin?(begin: TrainBegin): Answer | Promise<Answer>;
  /** Now and then within an epoch; `images` and `loss` (nats, mean) are of the epoch so far. Must be quick. */
  onProgress?(progress: { epoch: number; images: number; loss: number }): void;
  onEpochEnd?(end: EpochEnd): Answer | Promise<Answer>;
  /** After the epoch's checkpoint is written and its metrics are in the run. */
  onEpochLogged?(epoch: number): void | Promise<void>;
  /** At the end, whatever ended it. */
  onTrainEnd?(end: TrainEnd): void | Promise<void>;
  state?(): Json;
  restore?(state: Json): void;
}

/** What a callback may need to know, and where it can leave what it finds. */
export interface CallbackContext {
  epochs: number;
  batchSize: number;
  classNames: readonly string[];
  imageShape: ImageShape;
  /** Number of training images. */
  trainSize: number;
  /** Images uint8 [size, h, w, c] and their labels [size]. */
  val: { images: Uint8Array; labels: Labels; size: number };
  run: RunSink;
  /** Prints a line for the person. */
  onMessage(text: string): void;
}

/** A run, as far as callbacks log to it. Nothing waits for a server. */
export interface RunSink extends MetricSink {
  /** The run's folder on this disk. */
  directory: string;
  /** A picture that MLflow shows with a slider over the steps. */
  logImage(key: string, step: number, png: Uint8Array): void;
  /** A file of the run, as `figures/weights.png`. */
  logBytes(bytes: Uint8Array | string, path: string): void;
}

/** A kind of callback, as configurations name it in `training.callbacks: [{ type }]`. */
export type CallbackKind<Options extends z.ZodObject = z.ZodObject> = Kind<Callback, CallbackContext, Options>;

/** Keeps the types of the options; nothing else. */
export const defineCallback = <Options extends z.ZodObject>(kind: CallbackKind<Options>): CallbackKind<Options> => kind;
