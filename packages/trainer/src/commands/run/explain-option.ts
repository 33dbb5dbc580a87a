import { dirname } from 'node:path';
import { configPaths } from '@glyphlab/config';
import { loadProject } from '../../project/project.ts';

/**
 * What an unknown option was most likely meant for: a key of the configuration, with the kinds of the project around it.
 *
 * @param message of commander, which names the option
 * @returns as `Keys of the configuration are set like this: training.epochs=3`
 */
export async function explainOption(message: string, args: readonly string[]): Promise<string | undefined> {
  const name = /'--([^'=]+)/.exec(message)?.[1];
  if (name === undefined) return undefined;
  const index = args.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  const [, joined] = args[index]?.split(/=(.*)/s) ?? [];
  const next = args[index + 1];
  const value = joined ?? (next === undefined || next.startsWith('-') ? '…' : next);
  const config = valueOf('--config', args);
  const { kinds } = await loadProject(...(config === undefined ? [] : [dirname(config)]), process.cwd());
  const paths = configPaths(name, kinds);
  if (paths.length === 0) return undefined;
  return `Keys of the configuration are set like this: ${paths.map((path) => `${path}=${value}`).join(' or ')}`;
}

function valueOf(option: string, args: readonly string[]): string | undefined {
  const joined = args.find((arg) => arg.startsWith(`${option}=`));
  if (joined !== undefined) return joined.slice(option.length + 1);
  const index = args.indexOf(option);
  return index < 0 ? undefined : args[index + 1];
}
