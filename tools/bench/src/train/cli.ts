import { printed, runBench, trainCommand, type TrainBenchOptions } from '../commands.ts';
import { describeExtras, measureExtras } from './extras.ts';
import { describeReport } from './report.ts';
import { measureTraining } from './training-speed.ts';

await runBench<TrainBenchOptions>(trainCommand(), async (options, surroundings) =>
  options.extras || options.inference || options.start
    ? printed(await measureExtras(options, surroundings), describeExtras, options)
    : printed(await measureTraining(options, surroundings), describeReport, options),
);
