import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MemberCommand } from '@glyphlab/experiments';
import { checkpointFile } from '../../project/workspace.ts';

/** What this process runs from. */
export const projectDir = fileURLToPath(new URL('../../../../..', import.meta.url));
const bin = join('packages', 'trainer', 'bin', 'glyphlab.js');
/** Installs what the other needs, once a node, and runs it. */
const onNode = join('packages', 'trainer', 'bin', 'on-node.js');
const hasCheckpoint = (directory: string): boolean => existsSync(checkpointFile(directory));

/** Members are trained by the command `run`, in a process each. */
export function memberCommand({ tracking }: { tracking: boolean }): MemberCommand {
  const own = fileURLToPath(new URL('../../../bin/glyphlab.js', import.meta.url));
  const run = [process.execPath, own, 'run', ...(tracking ? [] : ['--no-tracking'])];
  return {
    start: (configFile, parent) => [...run, '--config', configFile, '--parent', parent],
    resume: (directory) => (hasCheckpoint(directory) ? [...run, '--resume', directory] : undefined),
  };
}

export interface RayMemberOptions {
  tracking: boolean;
  /** The nodes see this workspace under the same path. */
  shared: boolean;
  /** Where the nodes have this project, installed; without it the member's working directory is the project, and is installed then. */
  code: string | undefined;
}

/** On a cluster by the command `member`, with the Node.js of the node; the configuration travels in the command. */
export function rayMemberCommand({ tracking, shared, code }: RayMemberOptions): MemberCommand {
  const program = code === undefined ? onNode : join(code, bin);
  const member = ['node', program, 'member', ...(tracking ? [] : ['--no-tracking'])];
  return {
    start: (configFile, parent) => [
      ...member,
      ...(shared ? [] : ['--relay']),
      ...['--parent', parent],
      ...['--config-base64', readFileSync(configFile, 'base64')],
    ],
    resume: (directory) => (shared && hasCheckpoint(directory) ? [...member, '--resume', directory] : undefined),
  };
}
