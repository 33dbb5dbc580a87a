import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

const { values } = parseArgs({
  options: {
    'trainer-kills': { type: 'string', default: '24' },
    'server-kills': { type: 'string', default: '12' },
    steps: { type: 'string', default: '6000' },
  },
});
const start = performance.now();
const report = await soak({
  trainerKills: Number(values['trainer-kills']),
  serverKills: Number(values['server-kills']),
  steps: Number(values.steps),
  log: (text) => console.log(`${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s  ${text}`),
});
console.log(JSON.stringify(report));
if (report.lost + report.doubled + report.wrong.length > 0) process.exitCode = 1;
