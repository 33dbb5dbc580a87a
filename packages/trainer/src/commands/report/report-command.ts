import { Command } from 'commander';
import type { ReportOptions } from './report-runs.ts';

const examples = `
One file with results, curves, calibration, mistakes and what differs. It needs no server and no network, and opens on a phone.

Examples:
  npx glyphlab report latest --html run.html
  npx glyphlab report experiments/seed-report.yaml --html seed-report.html
  npx glyphlab report --where 'test_accuracy > 99%' --html good.html
`;

/** `report`: a page of runs. */
export function reportCommand(_setExitCode: (code: number) => void): Command {
  return new Command('report')
    .description('Write one page of runs or of a set, to show.')
    .argument('[runs...]', 'runs, or names or files of sets')
    .option('--where <condition>', 'the runs that match')
    .requiredOption('--html <file>', 'where the page goes')
    .option('--title <text>', 'its heading')
    .option('--offline', 'ask no MLflow server')
    .addHelpText('after', examples)
    .action(async (runs: string[], options: Omit<ReportOptions, 'runs'>) => {
      const { writeReport } = await import('./report-runs.ts');
      process.stdout.write(await writeReport({ runs, ...options }));
    });
}
