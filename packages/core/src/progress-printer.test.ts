import { expect, test } from 'vitest';
import { describeProgress, progressPrinter } from './progress-printer.ts';

function printerOn(isTTY: boolean, columns = 80) {
  let written = '';
  let timeMs = 0;
  const printer = progressPrinter({ isTTY, columns, write: (text) => (written += text) }, () => timeMs);
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

test('a message cannot steer the terminal', () => {
  const { onMessage, written } = printerOn(false);
  onMessage('Class \u001b[2Jx: 3 pictures\nNext');
  expect(written()).toBe('Class \\x1b[2Jx: 3 pictures\nNext\n');
});

test('progress never takes more than one line of the terminal; messages stay whole', () => {
  const progress = { label: 'Epoch 1/4', done: 5, total: 10, unit: 'images', note: 'loss 0.1234' } as const;
  expect(describeProgress(progress, 41)).toBe('Epoch 1/4  50 %  loss 0.1234');
  expect(describeProgress(progress, 12)).toBe('Epoch 1/4  …');
  expect(describeProgress({ label: 'Downloading a', done: 5 }, 10)).toBe('Downloadi…');
  const { onProgress, onMessage, written } = printerOn(true, 20);
  onProgress(progress);
  onMessage('https://example.org/a/long/link');
  expect(written()).toBe('\r\u001b[KEpoch 1/4  50 %  l…\r\u001b[Khttps://example.org/a/long/link\n');
});

test('what is shown while one waits, and the last progress, go away', () => {
  const terminal = printerOn(true);
  terminal.onWait('Starting …');
  terminal.clear();
  terminal.clear();
  expect(terminal.written()).toBe('\r\u001b[KStarting …\r\u001b[K');
  const log = printerOn(false);
  log.onWait('Starting …');
  log.clear();
  expect(log.written()).toBe('');
});
