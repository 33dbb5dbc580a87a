import { GlyphlabError } from '@glyphlab/core';

/** The loss is no longer a number. What was learnt up to the best epoch is kept. */
export class LossNotFiniteError extends GlyphlabError {
  override readonly name = 'TrainingError';
  readonly epoch: number;
  readonly step: number;

  constructor(loss: number, epoch: number, step: number) {
    super('LOSS_NOT_FINITE', `The loss became ${loss} in epoch ${epoch}, step ${step}.`, {
      hint: 'Lower training.optimizer.learningRate, or set training.gradientClipNorm.',
    });
    this.epoch = epoch;
    this.step = step;
  }
}
