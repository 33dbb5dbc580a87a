import type { ExperimentConfig, TrainingConfig } from '@glyphlab/config';
import {
  AUTOMATIC,
  type Choice,
  choose,
  describeChoice,
  describeMachine,
  type Machine,
  thisMachine,
} from '@glyphlab/tensorflow/processor';
import { findRunDirectory, readRun, type RunRecord } from '@glyphlab/tracking';
import { terminal } from '../project/terminal.ts';
import { runsDir } from '../project/workspace.ts';

/** What the run computes on, and what was chosen for that. */
const [MACHINE_TAG, CHOSEN_TAG] = ['glyphlab.machine', 'glyphlab.chosen'];

/** A configuration in which nothing is left to the machine. */
export type SettledConfig = ExperimentConfig & {
  training: TrainingConfig & Pick<Choice, (typeof AUTOMATIC)[number]>;
};

/** The same, with a learning rate. */
export type RatedConfig = SettledConfig & { training: { optimizer: { learningRate: number } } };

export interface SettledExperiment {
  config: SettledConfig;
  /** As it was before: what a run is started from once more, on whatever machine. */
  asked: ExperimentConfig;
  /** Say on which machine it was settled, and why so. */
  tags: Record<string, string>;
}

/** Settles what the configuration leaves to the machine, and says how. */
export function settleConfig(asked: ExperimentConfig, resume: string | undefined): SettledExperiment {
  const before = resume === undefined ? undefined : readRun(findRunDirectory(runsDir(), resume));
  const { messages, ...settled } = settle(asked, before, thisMachine());
  for (const message of messages) terminal.onMessage(message);
  return settled;
}

/**
 * A run that is resumed keeps what was settled when it began, as its parameters tell: only so it ends with the same weights.
 * @param before the run that is resumed
 */
export function settle(
  asked: ExperimentConfig,
  before: Pick<RunRecord, 'params' | 'tags'> | undefined,
  machine: Machine,
): SettledExperiment & { messages: string[] } {
  const { training } = asked;
  const choice = choose({ ...training, ...keptBy(before?.params, training) }, machine);
  const { precision, towers, threads, warnings } = choice;
  const config = { ...asked, training: { ...training, precision, towers, threads } };
  const [here, chosen] = [describeMachine(machine), describeChoice(choice)];
  const complaints = warnings.map((warning) => `Warning: ${warning}`);
  if (!before) {
    const tags = { [MACHINE_TAG]: here, [CHOSEN_TAG]: chosen };
    return { config, asked, tags, messages: [`${here}: ${chosen}`, ...complaints] };
  }
  const there = before.tags[MACHINE_TAG];
  if (there !== undefined && there !== here)
    complaints.unshift(
      `Warning: The run began on another machine, ${there}. It goes on with what was chosen there. That may be slow here, and other processors round differently: the weights will not be the same to the last digit.`,
    );
  const messages = [`${here}; kept from when the run began: ${before.tags[CHOSEN_TAG] ?? chosen}`, ...complaints];
  return { config, asked, tags: {}, messages };
}

/** Of what is left to the machine: what a run settled on when it began. */
function keptBy(params: RunRecord['params'] | undefined, training: TrainingConfig): Partial<TrainingConfig> {
  const kept = AUTOMATIC.flatMap((key) => {
    const text = params?.[`training.${key}`];
    // Earlier releases logged `auto` as it stood.
    if (training[key] !== 'auto' || text === undefined || text === 'auto') return [];
    return [[key, key === 'precision' ? text : Number(text)] as const];
  });
  return Object.fromEntries(kept) as Partial<TrainingConfig>;
}
