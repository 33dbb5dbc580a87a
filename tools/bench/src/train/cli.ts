import { runCommand } from './cli-frame.ts';
import { describeExtras, measureExtras } from './extras.ts';
import { help, parseOptions } from './options.ts';
import { describeReport } from './report.ts';
import { measureTraining } from './training-speed.ts';

await runCommand(async (args, surroundings) => {
  const options = parseOptions(args);
  if (options.help) return help;
  const text = <T>(report: T, describe: (report: T) => string): string =>
    options.json ? JSON.stringify(report, null, 2) : describe(report);
  return options.extras
    ? text(await measureExtras(options, surroundings), describeExtras)
    : text(await measureTraining(options, surroundings), describeReport);
});
