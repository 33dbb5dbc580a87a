import { expect, test } from 'vitest';
import { describeReport, type Report, summarise, table } from './report.ts';

const report: Report = {
  startedAt: '2026-01-02T03:04:05.000Z',
  machine: { processor: 'Processor', cores: 2, platform: 'linux x64', node: '20.20.2' },
  loadAverage: 0.1,
  undisturbed: false,
  data: 'MNIST',
  rounds: 3,
  versions: { ours: 'TensorFlow 2', theirs: '1.0' },
  speeds: [
    summarise({ contestant: 'ours', batch: 64, imagesPerSecond: [3900, 4100, 4000] }),
    summarise({ contestant: 'theirs', batch: 64, imagesPerSecond: [2000, 2000, 2000] }),
  ],
  ratios: [{ name: 'fp32 to theirs', towers: 1, ratios: [{ batch: 64, ratio: 2, bar: 2.5, met: false }] }],
};

test('a table is Markdown: the first column to the left, numbers to the right', () => {
  expect(table([['', 'batch 64'], ['ours', '4,000'], ['the others', '20']])).toBe(
    ['|            | batch 64 |', '| ---------- | -------: |', '| ours       |    4,000 |', '| the others |       20 |'].join('\n'),
  );
}); // prettier-ignore

test('speeds with their spread, ratios with their bar', () => {
  const text = describeReport(report);
  expect(text).toContain('| ours   | 4,000 (5 %) |');
  expect(text).toContain('| fp32 to theirs, 1 tower | 2.00 (missed: ≥ 2.5) |');
  expect(text).toContain('ours on MNIST');
  expect(text).not.toContain('not quiet');
});

test('a busy machine is mentioned; without peers there is no table of ratios', () => {
  const text = describeReport({ ...report, loadAverage: 1.5, ratios: [] });
  expect(text).toContain('The machine was not quiet: load average 1.50');
  expect(text).not.toContain('Ratios');
  expect(describeReport({ ...report, loadAverage: 1.5, undisturbed: true })).not.toContain('not quiet');
});
