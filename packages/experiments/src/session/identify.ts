import { loadExperiment, type Registry } from '@glyphlab/config';
import { GlyphlabError } from '@glyphlab/core';
import { memberIdentity } from '../plan/member-identity.ts';

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
