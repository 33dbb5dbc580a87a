import type { ExperimentConfig, Problem } from '@glyphlab/config';
import { nearest } from '@glyphlab/core';

/** A member, as far as it matters to those that learn from it. */
interface Teacher {
  id: string;
  name: string;
  group: string;
  config: ExperimentConfig;
  trial?: object;
}

/**
 * Begins the name of a model that a member of the set makes. In the file of a set the name of the member follows, in its configuration
 * the identity: what a student has learnt depends on how its teachers were trained.
 */
export const MEMBER_MODEL = 'member:';

/** Identities of the members that must have finished before one with this configuration begins. */
export const teachersOf = ({ training: { distill } }: ExperimentConfig): string[] =>
  (distill?.teachers ?? []).flatMap((name) => (name.startsWith(MEMBER_MODEL) ? [name.slice(MEMBER_MODEL.length)] : []));

/**
 * The configuration with each teacher `member:NAME` replaced by all members of that name, a seed each, or by the one, `NAME, seed 2`.
 *
 * @param before members that come before it in the set
 */
export function withTeachers(
  config: ExperimentConfig,
  before: readonly Teacher[],
): { config: ExperimentConfig } | { problem: Omit<Problem, 'where'> } {
  const { training } = config;
  const { distill } = training;
  if (!distill?.teachers.some((name) => name.startsWith(MEMBER_MODEL))) return { config };
  const teachers: string[] = [];
  for (const text of distill.teachers) {
    if (!text.startsWith(MEMBER_MODEL)) {
      teachers.push(text);
      continue;
    }
    const name = text.slice(MEMBER_MODEL.length).trim();
    const found = before.filter((member) => member.group === name || member.name === name);
    const problem = problemOf(name, found, before, config);
    if (problem) return { problem };
    teachers.push(...found.map(({ id }) => `${MEMBER_MODEL}${id}`));
  }
  return { config: { ...config, training: { ...training, distill: { ...distill, teachers } } } };
}

function problemOf(
  name: string,
  found: readonly Teacher[],
  before: readonly Teacher[],
  config: ExperimentConfig,
): Omit<Problem, 'where'> | undefined {
  if (found.length === 0) {
    const groups = [...new Set(before.map(({ group }) => group))];
    const near = nearest(name, groups);
    return {
      code: 'CONFIG_NO_TEACHER',
      message: `No member above this one is called "${name}".`,
      hint: near ? `Did you mean "${near}"?` : `Above it are: ${groups.join('; ') || 'none'}.`,
    };
  }
  if (found.some(({ trial }) => trial))
    return {
      code: 'CONFIG_TEACHER_OF_SEARCH',
      message: `"${name}" is a search, whose trials are not known to be good.`,
      hint: 'Search first, and give the best configuration an entry of its own.',
    };
  if (config.dataset.fold || found.some((member) => member.config.dataset.fold))
    return {
      code: 'CONFIG_TEACHER_IN_FOLDS',
      message: `"${name}" cannot teach in a cross-validation: it has learnt from images of the fold that is held out.`,
      hint: 'Leave out folds, or the teachers.',
    };
  return undefined;
}
