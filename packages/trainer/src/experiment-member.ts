import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MemberCommand } from '@glyphlab/experiments';

const bin = fileURLToPath(new URL('../bin/glyphlab.js', import.meta.url));

/** Members are trained by the command `run`, in a process each. */
export function memberCommand({ tracking }: { tracking: boolean }): MemberCommand {
  const run = [process.execPath, bin, 'run', ...(tracking ? [] : ['--no-tracking'])];
  return {
    start: (configFile, parent) => [...run, '--config', configFile, '--parent', parent],
    resume: (directory) =>
      existsSync(join(directory, 'checkpoint.safetensors')) ? [...run, '--resume', directory] : undefined,
  };
}
