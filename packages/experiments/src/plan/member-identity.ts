import { createHash } from 'node:crypto';
import { type ExperimentConfig, loadExperiment, type Registry } from '@glyphlab/config';
import { GlyphlabError } from '@glyphlab/core';

/**
 * Names a member by what is trained: a hash of its whole configuration, without what changes no result (name, description,
 * tracking, threads). Members of the same identity need to be trained once.
 *
 * @returns 16 hexadecimal digits
 */
export function memberIdentity(config: ExperimentConfig): string {
  const { name: _name, description: _description, tracking: _tracking, training, evaluation, ...rest } = config;
  const { threads: _threads, ...trained } = training;
  const text = JSON.stringify({ ...rest, training: asBefore(trained), evaluation: withoutEmpty(evaluation) }, sortKeys);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/**
 * Training as configurations had it before there were losses and callbacks to choose: who chooses none trains what he trained then,
 * and has no need to train it again.
 */
function asBefore({ loss, ...training }: Omit<ExperimentConfig['training'], 'threads'>): object {
  const { type, labelSmoothing, classWeights, ...others } = loss;
  const isPlain = type === 'crossEntropy' && classWeights === 'none' && Object.keys(others).length === 0;
  return { ...withoutEmpty(training), ...(isPlain ? { labelSmoothing } : { loss }) };
}

/** Without the lists that hold nothing. */
const withoutEmpty = (mapping: object): object =>
  Object.fromEntries(Object.entries(mapping).filter(([, value]) => !Array.isArray(value) || value.length > 0));

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The identity of the resolved configuration in a file, read as of today: keys that came to the schema since take their
 * defaults, so that a run of last month still counts.
 *
 * @returns undefined for a configuration that is none any more: no member has it
 */
export function identifyConfig(file: string, registry: Registry): string | undefined {
  try {
    return memberIdentity(loadExperiment(file, { registry }));
  } catch (error) {
    if (error instanceof GlyphlabError) return undefined;
    throw error;
  }
}
