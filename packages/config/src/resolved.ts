import { ConfigError } from '@glyphlab/core';
import { stringify } from 'yaml';
import type { ExperimentConfig } from './schema/experiment.ts';

/** The whole configuration as one YAML file that needs no other: the run can be repeated from it. */
export const resolvedYaml = (config: ExperimentConfig): string => stringify(config, { lineWidth: 120 });

/** Longest name and value of a parameter that MLflow keeps. */
const maxKey = 250;
const maxValue = 6000;

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;

/**
 * Parameters for MLflow: `training.optimizer.learningRate: "0.01"`. Lists of plain values are one parameter, `[0.02,0.2]`;
 * other lists are numbered, `augmentation.0.rotation`. What is empty is kept, as `[]` or `{}`. Tags
 * are no parameters.
 *
 * @throws ConfigError if a value is longer than MLflow keeps: it would be cut without a word
 */
export function flatten(config: ExperimentConfig): Record<string, string> {
  const params: Record<string, string> = {};
  const visit = (value: unknown, path: string): void => {
    // They are logged as what they are.
    if (value === undefined || path === 'tracking.tags') return;
    const children = Object.entries((value ?? {}) as object);
    if (isScalar(value) || children.length === 0 || (Array.isArray(value) && value.every(isScalar))) {
      const text = isScalar(value) ? String(value) : JSON.stringify(value);
      if (path.length > maxKey || text.length > maxValue) {
        throw new ConfigError(
          'CONFIG_VALUE_TOO_LONG',
          `MLflow keeps ${maxKey} characters of a name and ${maxValue} of a value.`,
          {
            where: path.slice(0, maxKey),
          },
        );
      }
      params[path] = text;
      return;
    }
    for (const [key, child] of children) visit(child, path ? `${path}.${key}` : key);
  };
  visit(config, '');
  return params;
}
