import type { ExperimentConfig, Registry } from '@glyphlab/config';
import { monitorsOf } from '@glyphlab/config';
import type { MonitorMode } from '@glyphlab/core';
import type { SearchEntry } from '../file/search-schema.ts';
import { drawTrials } from '../search/draw.ts';
import { searchPlan, type SearchPlan, type Trial } from '../search/search-plan.ts';
import type { Override, ToProblem } from './grid.ts';

interface Given {
  group: string;
  seeds: readonly number[];
  /** Of the entry in the set's file. */
  path: readonly PropertyKey[];
  /** The configuration with what was drawn; undefined if there is a problem, which is noted. */
  resolve: (drawn: readonly Override[]) => ExperimentConfig | undefined;
  toProblem: ToProblem;
  registry: Registry;
}

/**
 * The trials of an entry that searches: a search for each seed, which draws configurations of its own and trains with that seed.
 *
 * @param config of the entry, without what is drawn
 */
export function expandSearch(
  search: SearchEntry,
  config: ExperimentConfig,
  { group, seeds, path, resolve, toProblem, registry }: Given,
): { config: ExperimentConfig; trial: Trial }[] {
  const searchPath = [...path, 'search'];
  const mode = watchedMode(search, config, registry, searchPath, toProblem);
  if (mode === undefined) return [];
  const plan = searchPlan(search, config.training.epochs, mode);
  if (!isPossible(search, plan, searchPath, toProblem)) return [];
  const trials: { config: ExperimentConfig; trial: Trial }[] = [];
  for (const seed of seeds) {
    const name = `${group}, seed ${seed}`;
    const drawn = drawTrials(search, name);
    if (drawn.length < search.trials) {
      const message = `${search.trials} trials are asked for, and the space has ${drawn.length} configurations.`;
      toProblem([...searchPath, 'trials'], {
        code: 'CONFIG_FEW_TRIALS',
        message,
        hint: 'A grid has each of them once.',
      });
      return [];
    }
    for (const [index, values] of drawn.entries()) {
      const overrides = Object.entries(values).map(([key, { value }]) => ({
        key,
        value,
        path: [...searchPath, 'space', key],
      }));
      const resolved = resolve(overrides);
      // What is wrong with a space is mostly so in every trial: once is enough.
      if (!resolved) return [];
      const labels = Object.fromEntries(Object.entries(values).map(([key, { label }]) => [key, label]));
      trials.push({
        config: { ...resolved, seed },
        trial: { search: name, number: index + 1, values: labels, plan },
      });
    }
  }
  return trials;
}

/** Which way the metric is better that trials are compared by; undefined if it is not measured, which is noted. */
function watchedMode(
  { monitor }: SearchEntry,
  { evaluation }: ExperimentConfig,
  registry: Registry,
  path: readonly PropertyKey[],
  toProblem: ToProblem,
): MonitorMode | undefined {
  const monitors = monitorsOf({
    metrics: registry.metrics.filter(({ type }) => evaluation.metrics.some((metric) => metric.type === type)),
  });
  const mode = monitors.get(monitor);
  if (mode !== undefined) return mode;
  const known = [...monitors.keys()].filter((key) => key.startsWith('val/'));
  toProblem([...path, 'monitor'], {
    code: 'CONFIG_INVALID_VALUE',
    message: `${monitor} is not measured. Expected ${known.join(', ')}.`,
    hint: 'Other metrics are measured if evaluation.metrics of the configuration lists them.',
  });
  return undefined;
}

function isPossible(
  { type, space }: SearchEntry,
  { epochs, rungs, budget }: SearchPlan,
  path: readonly PropertyKey[],
  toProblem: ToProblem,
): boolean {
  if ('training.epochs' in space || 'training' in space) {
    const message = 'Epochs are what trials are compared after, so they are the same for all.';
    toProblem([...path, 'space', 'training.epochs' in space ? 'training.epochs' : 'training'], {
      code: 'CONFIG_SEARCHED_EPOCHS',
      message,
      hint: 'Remove the key from the space and write it under set.',
    });
    return false;
  }
  if (type === 'asha' && rungs.length === 0) {
    const message = `A trial has ${epochs} epochs, so none could be stopped after minEpochs.`;
    toProblem([...path, 'minEpochs'], {
      code: 'CONFIG_NO_RUNG',
      message,
      hint: 'Give fewer minEpochs, or type: random.',
    });
    return false;
  }
  if (budget !== undefined && budget < epochs) {
    const message = `Not one trial of ${epochs} epochs fits in. Received: ${budget}.`;
    toProblem([...path, 'budget'], { code: 'CONFIG_INVALID_VALUE', message });
    return false;
  }
  return true;
}
