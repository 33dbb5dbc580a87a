import { expect, test } from 'vitest';
import { describeProgress, progressPrinter } from './progress-printer.ts';

function printerOn(isTTY: boolean) {
  let written = '';
  let timeMs = 0;
  const printer = progressPrinter({ isTTY, write: (text) => (written += text) }, () => timeMs);
  return { ...printer, written: () => written, advance: (ms: number) => (timeMs += ms) };
}

test('progress is told in megabytes, images or as far as it is known', () => {
  expect(describeProgress({ label: 'Downloading a', done: 12_345_678, total: 53_000_000, unit: 'bytes' })).toBe(
    'Downloading a  12 MB of 53 MB (23 %)',
  );
  expect(describeProgress({ label: 'Drawing', done: 5, total: 10, unit: 'images', note: '2 s left' })).toBe(
    'Drawing  5 of 10 images (50 %)  2 s left',
  );
  expect(describeProgress({ label: 'Downloading a', done: 1_234_567, unit: 'bytes' })).toBe('Downloading a  1.2 MB');
});

test('a log gets a line every two seconds, and none for what is quick', () => {
  const { onProgress, onMessage, written, advance } = printerOn(false);
  for (let second = 0; second < 6; second++) {
    onProgress({ label: 'Slow', done: second });
    advance(1000);
  }
  onProgress({ label: 'Quick', done: 1 });
  onMessage('Done.');
  expect(written()).toBe('Slow  2\nSlow  4\nDone.\n');
});

test('a terminal gets one line that is rewritten and then replaced by the message', () => {
  const { onProgress, onMessage, written, advance } = printerOn(true);
  onProgress({ label: 'Slow', done: 0 });
  onProgress({ label: 'Slow', done: 1 });
  advance(100);
  onProgress({ label: 'Slow', done: 2 });
  onMessage('Done.');
  expect(written()).toBe('\r\u001b[KSlow  0\r\u001b[KSlow  2\r\u001b[KDone.\n');
});
