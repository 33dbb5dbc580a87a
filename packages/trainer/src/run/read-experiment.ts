import { dirname, resolve } from 'node:path';
import {
  type ExperimentConfig,
  loadExperiment,
  resolvedYaml,
  traceExperiment,
  type TracedExperiment,
  annotatedYaml,
} from '@glyphlab/config';
import { InputError } from '@glyphlab/core';
import { artifactFile, findRunDirectory } from '@glyphlab/tracking';
import { loadProject, type Project } from '../project/project.ts';
import { runsDir } from '../project/workspace.ts';

/** What an experiment is read from. */
interface ExperimentSource {
  config?: string;
  set: readonly string[];
  resume?: string;
}

/** An experiment, and the project whose kinds it names. */
interface ReadExperiment {
  config: ExperimentConfig;
  project: Project;
}

/**
 * The experiment of a configuration file, or that of the run to be resumed.
 * @throws InputError if there is neither, or if both are given and differ
 */
export async function readExperiment(source: ExperimentSource): Promise<ReadExperiment> {
  const { traced, project } = await traceSource(source);
  return { config: traced.config, project };
}

/** As `readExperiment`, and keeps where values were written. */
async function traceSource({
  config,
  set,
  resume,
}: ExperimentSource): Promise<{ traced: TracedExperiment; project: Project }> {
  if (resume === undefined) {
    if (config === undefined) {
      const file = set.find((text) => /\.ya?ml$/.test(text) && !text.includes('='));
      throw new InputError('RUN_NO_CONFIG', 'No configuration given.', {
        where: '--config',
        hint: file ? `Did you mean --config ${file}?` : 'For example: --config configs/quickstart.yaml. See --help.',
      });
    }
    const project = await loadProject(dirname(resolve(config)), process.cwd());
    return { traced: traceExperiment(config, { set, registry: project.kinds }), project };
  }
  const run = findRunDirectory(runsDir(), resume);
  const saved = artifactFile(run, 'config.yaml');
  const project = await loadProject(run, process.cwd());
  const registry = project.kinds;
  const traced = traceExperiment(saved, { registry });
  if (config !== undefined || set.length > 0) {
    const given = loadExperiment(config ?? saved, { set, registry });
    if (resolvedYaml(given) !== resolvedYaml(traced.config)) {
      throw new InputError('RESUME_CONFIG_DIFFERS', 'The run was started with another configuration.', {
        where: saved,
        hint: `Give --resume alone: the run knows its configuration. To train its model longer or otherwise, start a new run from it: --config FILE --set model.from=${resume}`,
      });
    }
  }
  return { traced, project };
}

/** The experiment as it would be run, as YAML, with where each value was written. */
export const printExperiment = async (source: ExperimentSource): Promise<string> =>
  annotatedYaml((await traceSource(source)).traced);
