import { tmpdir } from 'node:os';
import { checkKey } from '@glyphlab/mlflow-client/limits';
import { expect, test } from 'vitest';
import { SystemMetrics } from './system-metrics.ts';

test('the machine is measured under names that MLflow has charts for, in their units', async () => {
  const metrics = new SystemMetrics(tmpdir());
  await metrics.sample();
  const values = await metrics.sample();
  const percentages = Object.entries(values).filter(([key]) => key.endsWith('_percentage'));
  expect(percentages.map(([key]) => key)).toEqual(
    expect.arrayContaining([
      'system/cpu_utilization_percentage',
      'system/system_memory_usage_percentage',
      'system/disk_usage_percentage',
    ]),
  );
  for (const [, value] of percentages) expect(value >= 0 && value <= 100).toBe(true);
  expect(values['system/system_memory_usage_megabytes']).toBeGreaterThan(10);
  expect(values['system/network_receive_megabytes']).toBeGreaterThanOrEqual(0);
  for (const key of Object.keys(values)) expect(() => checkKey('metric', key)).not.toThrow();
});
