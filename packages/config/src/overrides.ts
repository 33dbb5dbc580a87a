import { type DefaultTypes, deleteKey, isNull, merge, withoutNulls } from './merge.ts';
import { describeOrigin, type ListNode, type Node, type Origin } from './node.ts';
import { parseYaml, refuseInterpolation } from './parse-yaml.ts';
import { ProblemsFound, whereOf, type Problem } from './problem.ts';

/** What goes over a key of the file: `training.epochs=2`, its value as YAML; with where it was written, if not in a command. */
export type OverrideText = string | { text: string; origin: Origin };

interface Override {
  path: string[];
  value: Node;
}

/** `optimizer: adam`, as a file has it, or its beginning where the shell has parted it. */
function writtenAsYaml(text: string): string | undefined {
  const [, key, value] = /^([\w.]+):(?: +(.*))?$/s.exec(text) ?? [];
  return key && `Write it with "=" and without a space: ${key}=${value || 'VALUE'}`;
}

/** @throws ProblemsFound if it is not `key.path=value` */
function parseOverride(given: OverrideText): Override {
  const { text, origin } = typeof given === 'string' ? { text: given, origin: { override: given } } : given;
  const equals = text.indexOf('=');
  const where = describeOrigin(origin);
  const path = text.slice(0, Math.max(equals, 0)).trim().split('.');
  if (equals < 0 || path.some((key) => key === '')) {
    throw new ProblemsFound({
      code: 'CONFIG_BAD_OVERRIDE',
      where,
      message: equals < 0 ? 'An override needs a "=".' : 'An override needs a key before the "=", with no empty part.',
      hint: writtenAsYaml(text) ?? 'Write --set key.path=value, such as --set training.epochs=2.',
    });
  }
  const value = parseValue(text.slice(equals + 1).trim(), origin, path.join('.'));
  if (value) return { path, value };
  throw new ProblemsFound({
    code: 'CONFIG_BAD_OVERRIDE',
    where,
    message: 'There is no value after the "=".',
    hint: `To delete the key, write --set ${path.join('.')}=null; for empty text, --set '${path.join('.')}=""'.`,
  });
}

/** Text in quotes, a list, a mapping, or several lines. */
const isStructured = (text: string): boolean => /^["'[{]|\n/.test(text);

/** What YAML may read as a number, true, false or null: all else is text, whatever it means in a file. */
const mayBeScalar = (text: string): boolean => /^(~|[-+.]?\w[\w.+-]*)$/.test(text);

/** @throws ProblemsFound if it is neither a value of YAML nor plain text; undefined if it is empty */
function parseValue(text: string, origin: Origin, key: string): Node | undefined {
  if (text === '') return undefined;
  if (!isStructured(text) && !mayBeScalar(text)) {
    refuseInterpolation(text, origin, key);
    return { kind: 'scalar', origin, value: text };
  }
  try {
    const value = parseYaml(text, () => origin, { allowComments: false });
    // YAML would join the lines of a text.
    const isText = value?.kind === 'scalar' && text.includes('\n') && !/^["'|>]/.test(text);
    return isText ? { kind: 'scalar', origin, value: text } : value;
  } catch (error) {
    if (!(error instanceof ProblemsFound) || !isStructured(text)) throw error;
    const hint = `If it is meant as text, put it in quotes: --set '${key}=${JSON.stringify(text)}'.`;
    throw new ProblemsFound(
      ...error.problems.map((problem) =>
        problem.code === 'CONFIG_NOT_YAML' || !problem.hint
          ? { ...problem, hint }
          : { ...problem, hint: `${problem.hint} ${hint}` },
      ),
    );
  }
}

/** The item that `key` names, or undefined with a problem noted. */
function itemIndex(list: ListNode, key: string, path: string[], at: Node, problems: Problem[]): number | undefined {
  if (/^\d+$/.test(key) && Number(key) < list.items.length) return Number(key);
  const count = list.items.length;
  problems.push({
    code: 'CONFIG_BAD_OVERRIDE',
    where: whereOf(describeOrigin(at.origin), path),
    message: `${path.join('.')} is a list of ${count}: "${key}" is none of its entries.`,
    hint:
      count > 0
        ? `They are counted from 0 to ${count - 1}.`
        : `To fill it, give the whole list: --set '${path.join('.')}=[…]'.`,
  });
  return undefined;
}

interface Setting extends Override {
  problems: Problem[];
  defaultTypes: DefaultTypes;
}

function setIn(node: Node | undefined, setting: Setting, depth = 0): Node {
  const { path, value, problems, defaultTypes } = setting;
  const [key, last] = [path[depth], depth === path.length - 1];
  if (key === undefined)
    return node ? merge(node, value, path, problems, defaultTypes) : withoutNulls(value, path, problems);
  if (node?.kind === 'list') {
    const index = itemIndex(node, key, path.slice(0, depth), value, problems);
    if (index === undefined) return node;
    const replacement = last && isNull(value) ? [] : [setIn(node.items[index], setting, depth + 1)];
    return { ...node, items: node.items.toSpliced(index, 1, ...replacement) };
  }
  const entries = new Map(node?.kind === 'map' ? node.entries : []);
  const map: Node = { kind: 'map', origin: node?.origin ?? value.origin, entries };
  if (last && isNull(value)) deleteKey(map, key, value, path, problems);
  else if (last && key === 'type')
    return merge(
      map,
      { ...map, origin: value.origin, entries: new Map([[key, value]]) },
      path.slice(0, depth),
      problems,
      defaultTypes,
    );
  else entries.set(key, setIn(entries.get(key), setting, depth + 1));
  return map;
}

/**
 * Applies `--set` overrides in their order, except that those of a `type` come first: a new type drops the old one's options,
 * which must not take the other overrides with it.
 *
 * @throws ProblemsFound with all that are malformed
 */
export function applyOverrides(
  root: Node,
  texts: readonly OverrideText[],
  defaultTypes: DefaultTypes = () => undefined,
): Node {
  const problems: Problem[] = [];
  const overrides = texts.flatMap((text) => {
    try {
      return [parseOverride(text)];
    } catch (error) {
      if (!(error instanceof ProblemsFound)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  const isType = ({ path }: Override) => path.at(-1) === 'type';
  const ordered = [...overrides.filter(isType), ...overrides.filter((override) => !isType(override))];
  const result = ordered.reduce<Node>((node, override) => setIn(node, { ...override, problems, defaultTypes }), root);
  if (problems.length > 0) throw new ProblemsFound(...problems);
  return result;
}
