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
    const lossOf = (name: string): string => `  ${name} loss ${metrics[`${name}/loss`]!.toFixed(4)}`;
    const accuracyOf = (name: string): string => ` accuracy ${percent(metrics[`${name}/accuracy`]!)}`;
    const seconds = metrics['epoch_seconds']!;
    this.#spent.push(seconds);
    const mean = this.#spent.reduce((a, b) => a + b, 0) / this.#spent.length;
    const left = epoch < this.#epochs ? `${duration(mean * (this.#epochs - epoch))} left` : '';
    const rate = Math.round(metrics['images_per_second']!).toLocaleString('en');
    terminal.onMessage(
      fitting(terminal.width(), [
        { text: `Epoch ${epoch}/${this.#epochs}` },
        { text: lossOf('train'), dropped: 5 },
        { text: accuracyOf('train'), dropped: 3 },
        { text: `${lossOf('val')}${accuracyOf('val')}${isBest ? ' (best)' : ''}` },
        { text: `  lr ${Number(metrics['lr']!.toPrecision(3))}`, dropped: 0 },
        { text: `  ${rate} images/s`, dropped: 1 },
        { text: `  ${duration(seconds)} an epoch`, dropped: 2 },
        { text: left && `  ${left}`, dropped: 4 },
      ]),
    );
    this.#first = undefined;
  }
}

/** A line of parts in their order, without as many of them as it takes to fit: the one with the lowest number goes first. */
function fitting(columns: number, parts: readonly { text: string; dropped?: number }[]): string {
  const line = parts.map(({ text }) => text).join('');
  const least = Math.min(...parts.map(({ dropped = Infinity }) => dropped));
  if (line.length <= columns || least === Infinity) return line;
  return fitting(
    columns,
    parts.filter(({ dropped }) => dropped !== least),
  );
}
