import { Command } from 'commander';

/** `predict`: classes of a person's pictures. */
export function predictCommand(_setExitCode: (code: number) => void): Command {
  return new Command('predict');
}
