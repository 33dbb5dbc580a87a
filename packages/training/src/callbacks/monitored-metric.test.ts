import { expect, test } from 'vitest';
import { MonitoredMetric } from './monitored-metric.ts';

test('an accuracy is better higher, and epochs without a better one are counted', () => {
  const metric = new MonitoredMetric({ monitor: 'val/accuracy', mode: 'max' });
  const seen = [0.5, 0.6, 0.6, 0.4, 0.7].map((value) => [
    metric.update({ 'val/accuracy': value }),
    metric.epochsWithout,
  ]);
  expect(seen).toEqual([[true, 0], [true, 0], [false, 1], [false, 2], [true, 0]]); // prettier-ignore
});
