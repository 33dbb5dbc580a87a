import { lockFileDigest, uncommittedChanges } from '@glyphlab/tracking';
import { git, hasCommit } from '../../project/git.ts';
import { commitOf, type GatheredRun } from '../compare/gather.ts';

/** What stands in the way of having a run again. */
export interface Conditions {
  /** Its code, if the repository and the run have all of it. */
  code: { commit: string; patch: string | undefined } | undefined;
  /** The code and the lock file here are those of the run. */
  isInPlace: boolean;
  /** Lock file's digest is another here: its packages must be installed. */
  hasOtherPackages: boolean;
  /** What cannot be had again; a result would be of something else. */
  missing: string[];
}

/** Compares what a run noted of its code and machine with what is here. */
export async function conditionsOf(run: GatheredRun, workspaceDir: string): Promise<Conditions> {
  const { source, patch, record } = run;
  const commit = commitOf(run);
  const missing: string[] = [];
  if (commit === undefined) missing.push('its commit: it was started outside git, or before its first commit');
  else if (!(await hasCommit(workspaceDir, commit)))
    missing.push(`its commit ${commit.slice(0, 12)}: this repository does not have it (git fetch?)`);
  if (source?.patch !== undefined && patch === undefined) missing.push('its uncommitted changes: the patch is gone');
  if (source === undefined && record.tags['glyphlab.git.dirty'] === 'true')
    missing.push('its uncommitted changes: the release that trained it did not keep them');
  for (const { file, why } of source?.leftOut ?? []) missing.push(`${file}, which its commit lacks: ${why}`);
  const [here, lock, head] = await Promise.all([
    uncommittedChanges(workspaceDir),
    lockFileDigest(workspaceDir),
    git(workspaceDir, ['rev-parse', 'HEAD']).then((text) => text.trim(), () => undefined), // prettier-ignore
  ]);
  const changesHere = here?.patch === '' ? undefined : here?.digest;
  const hasSameCode = head === commit && changesHere === source?.patch;
  const hasOtherPackages = source?.lockFile !== undefined && source.lockFile.digest !== lock?.digest;
  return {
    code: commit === undefined || missing.length > 0 ? undefined : { commit, patch },
    isInPlace: hasSameCode && !hasOtherPackages,
    hasOtherPackages,
    missing,
  };
}
