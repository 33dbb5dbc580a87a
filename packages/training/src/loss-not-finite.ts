import { GlyphlabError } from '@glyphlab/core';
import type { NotFinite } from './step/layer-watch.ts';

/** What first was no number, and in which step of the epoch, from 1. */
export interface Origin extends NotFinite {
  step: number;
}

const WORDS = { output: 'its output', gradient: 'its gradient', update: 'the update of its weights' } as const;

/** The loss is no longer a number. What was learnt up to the best epoch is kept. */
export class LossNotFiniteError extends GlyphlabError {
  override readonly name = 'TrainingError';
  readonly epoch: number;
  /** Undefined if it is the validation loss, after the epoch. */
  readonly step: number | undefined;
  /** Known only where layers are watched. */
  readonly origin: Origin | undefined;

  constructor(loss: number, epoch: number, step?: number, origin?: Origin) {
    const when =
      step === undefined
        ? `The validation loss was ${loss} after epoch ${epoch}.`
        : `The loss became ${loss} in epoch ${epoch}, step ${step}.`;
    const where = origin
      ? ` It began in layer "${origin.layer}": ${WORDS[origin.what]} in step ${origin.step} is not finite.`
      : '';
    super('LOSS_NOT_FINITE', when + where, {
      hint: `Lower training.optimizer.learningRate, or set training.gradientClipNorm.${origin ? '' : ' tracking.layers: 100 names the layer that it begins in.'}`,
    });
    this.epoch = epoch;
    this.step = step;
    this.origin = origin;
  }
}
