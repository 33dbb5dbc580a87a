import { configPaths } from '@glyphlab/config';
import { ownKinds } from '../../project/registry.ts';

/**
 * What an option that there is not was most likely meant for: a key of the configuration.
 *
 * @param message of commander, which names the option
 * @returns as `Did you mean training.epochs=3?`
 */
export function explainOption(message: string, args: readonly string[]): string | undefined {
  const name = /'--([^'=]+)/.exec(message)?.[1];
  if (name === undefined) return undefined;
  const index = args.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  const [, joined] = args[index]?.split(/=(.*)/s) ?? [];
  const next = args[index + 1];
  const value = joined ?? (next === undefined || next.startsWith('-') ? '…' : next);
  const paths = configPaths(name, ownKinds);
  if (paths.length === 0) return undefined;
  return `Keys of the configuration are set so: ${paths.map((path) => `--set ${path}=${value}`).join(' or ')}`;
}
