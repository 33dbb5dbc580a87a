import { nearest } from '@glyphlab/core';
import type { z } from 'zod';
import { missing, show } from './explain-value.ts';
import { describeOrigin, nearestNode, originAt, type Node } from './node.ts';
import { whereOf, type Problem } from './problem.ts';
import { choose, knownPaths, objectsAt, spelledOut, typeName } from './schema-walk.ts';

const didYouMean = (word: unknown, known: readonly unknown[]): string | undefined => {
  const similar = nearest(String(word), known.map(String));
  return similar && `Did you mean "${similar}"?`;
};

/** Turns zod's issues into problems, each with the place where the value was written. */
export class IssueExplainer {
  readonly #schema: z.core.$ZodType;
  readonly #root: Node;
  readonly #value: unknown;

  /**
   * @param root where the values were written
   * @param value the values, as zod saw them
   */
  constructor(schema: z.core.$ZodType, root: Node, value: unknown) {
    this.#schema = schema;
    this.#root = root;
    this.#value = value;
  }

  explain(issue: z.core.$ZodIssue): Problem[] {
    if (issue.code === 'unrecognized_keys') return this.#unknownKeys(issue);
    const place = { code: 'CONFIG_INVALID_VALUE', where: this.#where(issue.path), message: issue.message };
    if (issue.code === 'invalid_union' && 'discriminator' in issue && issue.discriminator)
      return [this.#type(issue.path, place)];
    if (issue.message === missing) {
      const types = this.#typesAt(issue.path);
      return [
        {
          ...place,
          code: 'CONFIG_MISSING_KEY',
          hint: types.length > 0 ? `Its type is one of: ${types.join(', ')}.` : undefined,
        },
      ];
    }
    if (issue.code === 'invalid_value') return [{ ...place, hint: didYouMean(issue.input, issue.values) }];
    if (issue.code === 'invalid_type' && issue.expected === 'boolean') {
      return [{ ...place, hint: 'YAML 1.2 knows true and false, not yes, no, on and off.' }];
    }
    if (issue.code === 'invalid_type' && issue.expected === 'string')
      return [{ ...place, hint: this.#quoted(issue.path) }];
    if (issue.code === 'invalid_type' && issue.expected === 'object')
      return [{ ...place, hint: this.#asType(issue.path, issue.input) }];
    return [place];
  }

  /** How a text is written that YAML takes for something else. */
  #quoted(path: readonly PropertyKey[]): string | undefined {
    const node = nearestNode(this.#root, path);
    if (node.kind !== 'scalar' || node.value === null) return undefined;
    const text = `"${node.source ?? String(node.value)}"`;
    const key = path.join('.');
    return `To give text, put it in quotes: ${'override' in node.origin ? `--set '${key}=${text}'` : `${String(path.at(-1))}: ${text}`}.`;
  }

  /** `optimizer: adam` means `optimizer: { type: adam }`. */
  #asType(path: readonly PropertyKey[], input: unknown): string | undefined {
    const types = this.#typesAt(path);
    if (typeof input !== 'string' || types.length === 0) return undefined;
    const type = nearest(input, types.map(String));
    if (type === undefined) return `Its type is one of: ${types.join(', ')}.`;
    const key = path.join('.');
    const isOverride = 'override' in nearestNode(this.#root, path).origin;
    return `Write ${isOverride ? `--set ${key}.type=${type}` : `${String(path.at(-1))}: { type: ${type} }`}.`;
  }

  #unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys): Problem[] {
    const branches = objectsAt(this.#schema, this.#value, issue.path);
    const own = choose(branches, this.#typeAt(issue.path));
    const allowed = Object.keys(own?.shape ?? {});
    return issue.keys.map((key) => {
      const others = branches.filter(({ shape }) => shape && Object.hasOwn(shape, key)).map(typeName);
      const elsewhere = `"${key}" belongs to type ${others.join(', ')}; here type is ${String(own && typeName(own))}.`;
      return {
        code: 'CONFIG_UNKNOWN_KEY',
        where: this.#where([...issue.path, key]),
        message: `Unknown key. Allowed: ${allowed.join(', ')}.`,
        hint: others.length > 0 ? elsewhere : (didYouMean(key, allowed) ?? this.#belongsTo(key)),
      };
    });
  }

  /** A key that stands one level too high or too low, as `epochs` outside of `training`. */
  #belongsTo(key: string): string | undefined {
    const name = spelledOut(key);
    const paths = knownPaths(this.#schema).filter((path) => path.split('.').at(-1) === name);
    return paths.length > 0 ? `Did you mean ${paths.map((path) => `"${path}"`).join(' or ')}?` : undefined;
  }

  /** A `type` that is unknown or missing. */
  #type(path: readonly PropertyKey[], place: Problem): Problem {
    const holder = path.at(-1) === 'type' ? path.slice(0, -1) : path;
    const known = this.#typesAt(holder).join(', ');
    const type = this.#typeAt(holder);
    if (type === undefined)
      return { ...place, code: 'CONFIG_MISSING_KEY', message: `It is missing. One of: ${known}.` };
    const what = String(holder.findLast((key) => typeof key === 'string') ?? 'experiment');
    return {
      ...place,
      code: 'CONFIG_UNKNOWN_TYPE',
      message: `There is no ${what} of type ${show(type)}. Known: ${known}.`,
      hint: didYouMean(type, this.#typesAt(holder)),
    };
  }

  #where(path: readonly PropertyKey[]): string {
    return whereOf(describeOrigin(originAt(this.#root, path)), path);
  }

  #typesAt(path: readonly PropertyKey[]): unknown[] {
    return objectsAt(this.#schema, this.#value, path).map(typeName).filter(Boolean);
  }

  #typeAt(path: readonly PropertyKey[]): unknown {
    const holder = path.reduce<unknown>(
      (outer, key) => (outer as Record<PropertyKey, unknown> | undefined)?.[key],
      this.#value,
    );
    return (holder as { type?: unknown } | undefined)?.type;
  }
}
