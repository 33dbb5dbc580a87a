import { GlyphlabError } from '@glyphlab/core';

/** The loss is no longer a number. What was learnt up to the best epoch is kept. */
export class LossNotFiniteError extends GlyphlabError {
  override readonly name = 'TrainingError';
  readonly epoch: number;
  /** Undefined if it is the validation loss, after the epoch. */
  readonly step: number | undefined;

  constructor(loss: number, epoch: number, step?: number) {
    const when =
      step === undefined
        ? `The validation loss was ${loss} after epoch ${epoch}.`
        : `The loss became ${loss} in epoch ${epoch}, step ${step}.`;
    super('LOSS_NOT_FINITE', when, {
      hint: 'Lower training.optimizer.learningRate, or set training.gradientClipNorm.',
    });
    this.epoch = epoch;
    this.step = step;
  }
}
