import { Command, ExitCode, runThisProgram, wholeNumber } from '@glyphlab/core/command-line';
import { soak } from './soak.ts';

interface SoakPlan {
  trainerKills: number;
  serverKills: number;
  steps: number;
}

const examples = `
Example:
  npx nx run tracking:soak --trainer-kills=6 --server-kills=3 --steps=1500   a quarter of it
`;

await runThisProgram(({ setExitCode }) =>
  new Command('soak')
    .description('Kill trainer and server at random moments, and count what MLflow has too little and too much.')
    .option('--trainer-kills <n>', 'how often the trainer is killed', wholeNumber(), 24)
    .option('--server-kills <n>', 'how often the server is killed', wholeNumber(), 12)
    .option('--steps <n>', 'steps that are logged in all', wholeNumber(), 6000)
    .addHelpText('after', examples)
    .action(async (plan: SoakPlan) => {
      const start = performance.now();
      const log = (text: string): void =>
        console.error(`${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s  ${text}`);
      const report = await soak({ ...plan, log });
      console.log(JSON.stringify(report));
      if (report.lost + report.doubled + report.wrong.length > 0) setExitCode(ExitCode.failed);
    }),
);
