import { type ExperimentConfig, loadExperiment, resolvedYaml } from '@glyphlab/config';
import { InputError } from '@glyphlab/core';
import { artifactFile, findRunDirectory } from '@glyphlab/tracking';
import { registry } from '../project/registry.ts';
import { runsDir } from '../project/workspace.ts';

interface Source {
  config?: string;
  set: readonly string[];
  resume?: string;
}

/**
 * The experiment of a configuration file, or that of the run to be resumed.
 * @throws InputError if there is neither, or if both are given and differ
 */
export function readExperiment({ config, set, resume }: Source): ExperimentConfig {
  if (resume === undefined) {
    if (config === undefined) {
      throw new InputError('RUN_NO_CONFIG', 'No configuration given.', {
        where: '--config',
        hint: 'As --config configs/quickstart.yaml. See --help.',
      });
    }
    return loadExperiment(config, { set, registry });
  }
  const saved = artifactFile(findRunDirectory(runsDir(), resume), 'config.yaml');
  const experiment = loadExperiment(saved, { registry });
  if (config !== undefined || set.length > 0) {
    const given = loadExperiment(config === undefined ? saved : config, { set, registry });
    if (resolvedYaml(given) !== resolvedYaml(experiment)) {
      throw new InputError('RESUME_CONFIG_DIFFERS', 'The run was started with another configuration.', {
        where: saved,
        hint: 'Give --resume alone: the run knows its configuration. To change it, start a new run.',
      });
    }
  }
  return experiment;
}
