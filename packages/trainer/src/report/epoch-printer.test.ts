import type { EpochEnd } from '@glyphlab/training';
import { expect, test, vi } from 'vitest';
import { terminal } from '../project/terminal.ts';
import { EpochPrinter } from './epoch-printer.ts';

test('the time left is reckoned from the first step on: what made it ready does not count', () => {
  const told = vi.spyOn(terminal, 'onProgress').mockImplementation(() => undefined);
  const clock = vi.spyOn(performance, 'now');
  const at = (ms: number, images: number): string | undefined => {
    clock.mockReturnValue(ms);
    printer.onProgress({ epoch: 1, images, loss: 1 });
    return told.mock.lastCall![0].note;
  };
  const printer = new EpochPrinter(1, 1000);
  clock.mockReturnValue(0);
  printer.onTrainBegin();
  expect(at(20_000, 100)).toBe('loss 1.0000');
  expect(at(21_000, 200)).toBe('loss 1.0000  100 images/s  8.0 s left');
  vi.restoreAllMocks();
});

test.each([
  [
    'a log',
    Infinity,
    'Epoch 2/60  train loss 0.1235 accuracy 96.50 %  val loss 0.0500 accuracy 98.75 % (best)  lr 0.0123  12,346 images/s  4.9 s an epoch  4 min 43 s left',
  ],
  ['100 columns', 99, 'Epoch 2/60  train loss 0.1235  val loss 0.0500 accuracy 98.75 % (best)  4 min 43 s left'],
  ['80 columns', 79, 'Epoch 2/60  train loss 0.1235  val loss 0.0500 accuracy 98.75 % (best)'],
  ['60 columns', 59, 'Epoch 2/60  val loss 0.0500 accuracy 98.75 % (best)'],
])("an epoch's line in %s leaves out what matters least", (_, columns, line) => {
  const told = vi.spyOn(terminal, 'onMessage').mockImplementation(() => undefined);
  vi.spyOn(terminal, 'width').mockReturnValue(columns);
  const metrics = {
    'train/loss': 0.123456,
    'train/accuracy': 0.965,
    'val/loss': 0.05,
    'val/accuracy': 0.9875,
    lr: 0.0123456,
    images_per_second: 12_345.6,
    epoch_seconds: 4.88,
  };
  new EpochPrinter(60, 1000).onEpochEnd({ epoch: 2, metrics, isBest: true } as unknown as EpochEnd);
  expect(told.mock.lastCall).toEqual([line]);
  vi.restoreAllMocks();
});
