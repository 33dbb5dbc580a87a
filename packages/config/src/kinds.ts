import { ConfigError, type MonitorMode } from '@glyphlab/core';
import type { z } from 'zod';

/** A kind, as far as configurations are concerned. */
export interface ListedKind {
  type: string;
  options: z.ZodObject;
}

/** All that a configuration can name, by what it is. Of losses, optimizers and schedules the first is the default. */
export interface Registry {
  /** `augmentation` is the preset that the word `auto` stands for. */
  datasets: readonly (ListedKind & { augmentation?: string })[];
  models: readonly ListedKind[];
  augmentations: readonly ListedKind[];
  losses: readonly ListedKind[];
  optimizers: readonly ListedKind[];
  schedules: readonly ListedKind[];
  callbacks: readonly ListedKind[];
  metrics: readonly (ListedKind & { name: string; better: MonitorMode })[];
  /** Lists of augmentations that one word stands for. */
  augmentationPresets?: Readonly<Record<string, readonly object[]>>;
}

/** What a person can add to. */
type Group = Exclude<keyof Registry, 'augmentationPresets'>;

/** Kinds that somebody adds, and where they come from, for messages. */
export interface Addition {
  /** A file. */
  from: string;
  kinds: object;
}

const groups: Record<Group, string> = {
  datasets: 'dataset',
  models: 'model',
  augmentations: 'augmentation',
  losses: 'loss',
  optimizers: 'optimizer',
  schedules: 'schedule',
  callbacks: 'callback',
  metrics: 'metric',
};

/**
 * The kinds of both. Ours and a person's own are alike from here on.
 *
 * @throws ConfigError if what is added is no list of kinds, or has a name that is taken
 */
export function withKinds<All extends Registry>(registry: All, { from, kinds }: Addition): All {
  const refuse = (where: string, message: string, hint: string): never => {
    throw new ConfigError('PROJECT_INVALID', message, { where: `${from} › ${where}`, hint });
  };
  const joined = { ...registry } as unknown as Record<string, readonly ListedKind[]>;
  for (const [group, list] of Object.entries(kinds)) {
    if (!(group in groups))
      refuse(group, 'There is no such group of kinds.', `Known: ${Object.keys(groups).join(', ')}.`);
    if (!Array.isArray(list)) refuse(group, 'Expected a list of kinds.', `Write ${group}: [myKind].`);
    const what = groups[group as Group];
    (list as unknown[]).forEach((kind, k) => {
      const problem = problemOf(kind, group as Group);
      if (problem)
        refuse(
          `${group}.${k}`,
          `This is not a kind of ${what}: ${problem}.`,
          'Make it with the define… function of its group.',
        );
      const { type, name } = kind as ListedKind & { name?: string };
      const taken = joined[group]!.some((other) => other.type === type);
      if (taken) refuse(`${group}.${k}`, `There is already a ${what} of type "${type}".`, 'Give it another type.');
      if (group === 'metrics' && (joined[group] as unknown as Registry['metrics']).some((other) => other.name === name))
        refuse(`${group}.${k}`, `There is already a metric that is logged as "${name}".`, 'Give it another name.');
      joined[group] = [...joined[group]!, kind as ListedKind];
    });
  }
  return joined as unknown as All;
}

function problemOf(kind: unknown, group: Group): string | undefined {
  if (typeof kind !== 'object' || kind === null) return 'it is not an object';
  const { type, options, load, name, better } = kind as Record<string, unknown>;
  if (typeof type !== 'string' || !/^[\w.-]+$/.test(type)) return 'its type is not a word';
  const { shape } = (options ?? {}) as { shape?: object };
  if (typeof shape !== 'object') return 'its options are not a zod object';
  if ('type' in shape) return 'its options have a key "type", which every kind has anyway';
  if (group === 'models' && 'from' in shape) return 'its options have a key "from", which every model has anyway';
  if (typeof load !== 'function') return 'it has no load function';
  if (group === 'optimizers' && !('learningRate' in shape)) return 'its options have no learningRate';
  if (group === 'metrics' && (typeof name !== 'string' || !/^\w+$/.test(name))) return 'its name is not a word';
  if (group === 'metrics' && better !== 'min' && better !== 'max') return 'better is neither min nor max';
  return undefined;
}
