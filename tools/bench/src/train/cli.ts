import { printed, runCommand } from './cli-frame.ts';
import { describeExtras, measureExtras } from './extras.ts';
import { help, parseOptions } from './options.ts';
import { describeReport } from './report.ts';
import { measureTraining } from './training-speed.ts';

await runCommand(async (args, surroundings) => {
  const options = parseOptions(args);
  if (options.help) return help;
  return options.extras
    ? printed(await measureExtras(options, surroundings), describeExtras, options)
    : printed(await measureTraining(options, surroundings), describeReport, options);
});
