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
