import { createHash } from 'node:crypto';
import type { ExperimentConfig } from '@glyphlab/config';

/**
 * Names a member by what is trained: a hash of its whole configuration, without what changes no result (name, description,
 * tracking, threads). Members of the same identity need to be trained once.
 *
 * @returns 16 hexadecimal digits
 */
export function memberIdentity(config: ExperimentConfig): string {
  const { name: _name, description: _description, tracking: _tracking, training, ...rest } = config;
  const { threads: _threads, ...trained } = training;
  const text = JSON.stringify({ ...rest, training: trained }, sortKeys);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
