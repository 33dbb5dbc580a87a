import { duration, percent } from '@glyphlab/core';
import type { Callback, EpochEnd } from '@glyphlab/training';
import { terminal } from '../project/terminal.ts';

/** Tells how training goes: within an epoch as progress, at its end as a line. */
export class EpochPrinter implements Callback {
  readonly #epochs: number;
  readonly #size: number;
  /** When the epoch's first progress was told: before it, the step is made ready. */
  #first: { time: number; images: number } | undefined;
  #spent: number[] = [];

  constructor(epochs: number, size: number) {
    this.#epochs = epochs;
    this.#size = size;
  }

  onTrainBegin(): void {
    terminal.onWait('Making the training step ready …');
  }

  onProgress({ epoch, images, loss }: { epoch: number; images: number; loss: number }): void {
    const now = performance.now();
    this.#first ??= { time: now, images };
    const rate = (1000 * (images - this.#first.images)) / (now - this.#first.time);
    const left = (this.#size * (this.#epochs - epoch + 1) - images) / rate;
    const speed = rate > 0 ? `  ${Math.round(rate).toLocaleString('en')} images/s  ${duration(left)} left` : '';
    terminal.onProgress({
      label: `Epoch ${epoch}/${this.#epochs}`,
      done: images,
      total: this.#size,
      unit: 'images',
      note: `loss ${loss.toFixed(4)}${speed}`,
    });
  }

  onEpochEnd({ epoch, metrics, isBest }: EpochEnd): void {
    const part = (name: string): string =>
      `${name} loss ${metrics[`${name}/loss`]!.toFixed(4)} accuracy ${percent(metrics[`${name}/accuracy`]!)}`;
    this.#spent.push(metrics['epoch_seconds']!);
    const mean = this.#spent.reduce((a, b) => a + b, 0) / this.#spent.length;
    const left = epoch < this.#epochs ? `, ${duration(mean * (this.#epochs - epoch))} left` : '';
    const rate = Math.round(metrics['images_per_second']!).toLocaleString('en');
    terminal.onMessage(
      `Epoch ${epoch}/${this.#epochs}  ${part('train')}  ${part('val')}${isBest ? ' (best)' : ''}  ` +
        `lr ${Number(metrics['lr']!.toPrecision(3))}  ${rate} images/s  ${duration(metrics['epoch_seconds']!)}${left}`,
    );
    this.#first = undefined;
  }
}
