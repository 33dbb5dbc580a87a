import { tmpdir } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { checkKey } from '@glyphlab/mlflow-client/limits';
import si from 'systeminformation';
import { expect, test, vi } from 'vitest';
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

test('a machine that is slow to name its graphics cards is measured at once, and they are once they are known', async () => {
  const card = { utilizationGpu: 40, memoryUsed: 1, memoryTotal: 4 } as si.Systeminformation.GraphicsControllerData;
  let answer!: (data: si.Systeminformation.GraphicsData) => void;
  vi.spyOn(si, 'graphics').mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const metrics = new SystemMetrics(tmpdir());
  const first = await metrics.sample();
  expect(first).toHaveProperty(['system/system_memory_usage_percentage']);
  vi.mocked(si.graphics).mockResolvedValue({ controllers: [card], displays: [] });
  answer({ controllers: [card], displays: [] });
  await setImmediate();
  expect(await metrics.sample()).toMatchObject({ 'system/gpu_0_utilization_percentage': 40 });
  vi.restoreAllMocks();
});
