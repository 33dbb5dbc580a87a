import { annotatedYaml } from '@glyphlab/config';
import { type ExperimentSource, traceSource } from '../../run/read-experiment.ts';

/** The experiment as it would be run, as YAML, with where each value was written. */
export const printExperiment = async (source: ExperimentSource): Promise<string> =>
  annotatedYaml((await traceSource(source)).traced);
