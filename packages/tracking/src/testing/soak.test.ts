import { expect, test } from 'vitest';
import { soak } from './soak.ts';

test(
  'killed at random moments, trainer and server, nothing is lost and nothing is there twice',
  { timeout: 180_000 },
  async () => {
    const log: string[] = [];
    const report = await soak({ trainerKills: 3, serverKills: 1, steps: 800, log: (text) => log.push(text) });
    expect({ ...report, log }).toMatchObject({ lost: 0, doubled: 0, wrong: [], serverKills: 1 });
    expect(report.trainerKills).toBeGreaterThanOrEqual(3);
  },
);
