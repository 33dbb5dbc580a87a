import { expect, test } from 'vitest';
import { describeHang } from './hang-report.ts';

const report = {
  startedAt: '2026-01-01T00:00:00.000Z',
  machine: { processor: 'a processor', cores: 2, platform: 'linux x64', node: '20.20.0' },
  loadAverage: 0.1,
  data: 'MNIST',
  rounds: 3,
  images: 54_016,
  epochs: 4,
};

test('epochs are compared with those of the same round, and the bar is told', () => {
  const seconds = { none: [6, 7, 8], answers: [6.06, 7.07, 8.08], hangs: [6.06, 7.35, 8.04] };
  const text = describeHang({ ...report, seconds });
  expect(text).toMatch(/real MLflow server .* 7\.070 s .* 1\.0100 \|/);
  expect(text).toMatch(/never answers .* 1\.0100 \(met: ≤ 1\.02\)/);
  expect(describeHang({ ...report, seconds: { ...seconds, hangs: [6.3, 7.35, 8] } })).toMatch(/1\.0500 \(missed/);
});
