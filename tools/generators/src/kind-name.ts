/** Words that JavaScript keeps for itself, and names that the files around the model use already. */
const RESERVED = new Set([
  'arguments', 'await', 'break', 'case', 'catch', 'class', 'const', 'continue', 'debugger', 'default', 'delete', 'do', 'else',
  'enum', 'eval', 'export', 'extends', 'false', 'finally', 'for', 'function', 'if', 'implements', 'import', 'in', 'instanceof',
  'interface', 'let', 'new', 'null', 'package', 'private', 'protected', 'public', 'return', 'static', 'super', 'switch', 'this',
  'throw', 'true', 'try', 'typeof', 'undefined', 'var', 'void', 'while', 'with', 'yield',
  'buildFor', 'defineModel', 'expect', 'logitsFor', 'models', 'options', 'registry', 'savedAndLoaded', 'test',
  'tf', 'trainOnBars', 'z',
]); // prettier-ignore

const KEBAB_CASE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const MAX_LENGTH = 50;

/** `wide-resnet` → `wideResnet` */
export const variableOf = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** `wide-resnet` → `WideResnet` */
export const classNameOf = (name: string): string => variableOf(`-${name}`);

/**
 * @param taken names of variables that the file of the list has already
 * @param what is made, as `model`
 * @returns what is wrong with its name, and what to do; undefined if nothing is
 */
export function problemWithName(name: string, taken: readonly string[], what = 'model'): string | undefined {
  if (!KEBAB_CASE.test(name)) {
    const dashed = name.replace(/([a-z\d])([A-Z])/g, '$1-$2').toLowerCase();
    const suggestion = dashed.replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-$/g, '');
    return `Expected a name in kebab-case: small letters, digits and single hyphens, a letter first.${
      KEBAB_CASE.test(suggestion) ? ` Did you mean "${suggestion}"?` : ''
    }`;
  }
  if (name.length > MAX_LENGTH) return `Expected at most ${MAX_LENGTH} characters.`;
  const variable = variableOf(name);
  if (RESERVED.has(variable))
    return `As a variable, "${variable}" has a meaning already. Add a word: ${name}-${what === 'model' ? 'net' : what}.`;
  if (taken.includes(variable)) return `"${variable}" is taken already. Choose another name.`;
  return undefined;
}
