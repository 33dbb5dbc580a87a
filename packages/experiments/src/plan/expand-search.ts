import type { ExperimentConfig, Registry } from '@glyphlab/config';
import { monitorsOf } from '@glyphlab/config';
import type { MonitorMode } from '@glyphlab/core';
import { type Distribution, proposesTrials, type SearchEntry, stopsTrials } from '../file/search-schema.ts';
import { contains, dimensionOf, drawnOf } from '../search/dimension.ts';
import { type Drawn, drawTrials, labelsOf } from '../search/draw.ts';
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

/** A trial as it is drawn. */
export interface DrawnTrial {
  config: ExperimentConfig;
  trial: Trial;
  /** The configuration with other values, as results show them, by key; only of searches that learn. */
  configWith?: (values: Trial['values']) => ExperimentConfig | undefined;
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
): DrawnTrial[] {
  const searchPath = [...path, 'search'];
  const mode = watchedMode(search, config, registry, searchPath, toProblem);
  if (mode === undefined) return [];
  const plan = searchPlan(search, config.training.epochs, mode);
  if (!isPossible(search, plan, searchPath, toProblem)) return [];
  const guesses = readGuesses(search, [...searchPath, 'first'], toProblem);
  if (!guesses) return [];
  const trials: DrawnTrial[] = [];
  for (const seed of seeds) {
    const name = `${group}, seed ${seed}`;
    const drawn = drawTrials(search, name);
    if (drawn.length < search.trials) {
      const message = `${search.trials} trials are asked for, but the space has only ${drawn.length} configurations.`;
      toProblem([...searchPath, 'trials'], {
        code: 'CONFIG_FEW_TRIALS',
        message,
        hint: 'A grid trains each of them once.',
      });
      return [];
    }
    const configOf = (values: Readonly<Record<string, Drawn>>): ExperimentConfig | undefined =>
      resolve(Object.entries(values).map(([key, { value }]) => ({ key, value, path: [...searchPath, 'space', key] })));
    for (const [index, drawnValues] of drawn.entries()) {
      const values = { ...drawnValues, ...guesses[index] };
      const resolved = configOf(values);
      // What is wrong with a space is mostly so in every trial: once is enough.
      if (!resolved) return [];
      const trial = { search: name, number: index + 1, values: labelsOf(values), plan };
      const configWith = (others: Trial['values']): ExperimentConfig | undefined => {
        const config = configOf(
          Object.fromEntries(Object.entries(others).map(([key, label]) => [key, drawnOf(search.space[key]!, label)])),
        );
        return config && { ...config, seed };
      };
      trials.push({ config: { ...resolved, seed }, trial, ...(proposesTrials(plan.type) && { configWith }) });
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
    const message = 'Trials are compared after a number of epochs, so all have the same epochs.';
    toProblem([...path, 'space', 'training.epochs' in space ? 'training.epochs' : 'training'], {
      code: 'CONFIG_SEARCHED_EPOCHS',
      message,
      hint: 'Remove the key from the space and write it under set.',
    });
    return false;
  }
  if (stopsTrials(type) && rungs.length === 0) {
    const message = `A trial has ${epochs} epochs, so none could be stopped after minEpochs.`;
    toProblem([...path, 'minEpochs'], {
      code: 'CONFIG_NO_RUNG',
      message,
      hint: `Give fewer minEpochs, or type: ${type === 'asha' ? 'random' : 'tpe'}.`,
    });
    return false;
  }
  if (budget !== undefined && budget < epochs) {
    const message = `Not even one trial of ${epochs} epochs fits. Received: ${budget}.`;
    toProblem([...path, 'budget'], { code: 'CONFIG_INVALID_VALUE', message });
    return false;
  }
  return true;
}

/** The first guesses as if they had been drawn; undefined if one is not of the space, which is noted. */
function readGuesses(
  { space, first, trials }: SearchEntry,
  path: readonly PropertyKey[],
  toProblem: ToProblem,
): Record<string, Drawn>[] | undefined {
  let isRight = true;
  const refuse = (at: readonly PropertyKey[], message: string): void => {
    toProblem([...path, ...at], { code: 'CONFIG_INVALID_VALUE', message });
    isRight = false;
  };
  if (first.length > trials) refuse([], `There are ${first.length} first guesses for ${trials} trials.`);
  const guesses = first.map((guess, index) =>
    Object.fromEntries(
      Object.entries(guess).flatMap(([key, value]) => {
        const distribution = space[key];
        if (!distribution) {
          refuse([index, key], `The space has no such key. It has: ${Object.keys(space).join(', ')}.`);
          return [];
        }
        const drawn = guessed(distribution, value);
        if (!drawn) refuse([index, key], `Expected ${expectedOf(distribution)}. Received: ${JSON.stringify(value)}.`);
        return drawn ? [[key, drawn]] : [];
      }),
    ),
  );
  return isRight ? guesses : undefined;
}

function guessed(distribution: Distribution, value: unknown): Drawn | undefined {
  const dimension = dimensionOf(distribution);
  if (dimension.kind === 'choice')
    return dimension.options.find(
      (option) => option.label === value || JSON.stringify(option.value) === JSON.stringify(value),
    );
  const isWhole = dimension.stretchAt !== undefined;
  if (typeof value !== 'number' || (isWhole && !Number.isInteger(value))) return undefined;
  return contains(dimension, dimension.coordinateOf(String(value))) ? { label: String(value), value } : undefined;
}

function expectedOf(distribution: Distribution): string {
  const dimension = dimensionOf(distribution);
  if (dimension.kind === 'choice') return `one of ${dimension.options.map(({ label }) => label).join(', ')}`;
  const [min, max] = Object.values(distribution).find(Array.isArray) as [number, number];
  return `a ${dimension.stretchAt ? 'whole ' : ''}number from ${min} to ${max}`;
}
