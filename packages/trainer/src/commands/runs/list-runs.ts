import { percent, textTable } from '@glyphlab/core';
import { listRunDirectories, readRun, type RunRecord } from '@glyphlab/tracking';
import { runsDir } from '../../project/workspace.ts';

/** A run as `--json` prints it; shares are 0–1, null where nothing was measured. */
interface ListedRun {
  id: string;
  name: string;
  state: string;
  epochs: number;
  bestValAccuracy: number | null;
  testAccuracy: number | null;
  /** ISO 8601, UTC. */
  started: string;
  directory: string;
}

/** @returns the runs of this workspace, as text to print */
export function listRuns({ json }: { json: boolean }): string {
  const runs = listRunDirectories(runsDir())
    .flatMap((directory) => {
      const record = readRun(directory);
      return record ? [listed(record, directory)] : [];
    })
    .sort((a, b) => b.started.localeCompare(a.started));
  if (json) return `${JSON.stringify(runs, null, 2)}\n`;
  if (runs.length === 0) return 'There are no runs in this workspace.\n';
  const share = (value: number | null): string => (value === null ? '–' : percent(value));
  const rows = runs.map((run) => [
    run.id.slice(0, 8),
    run.name,
    run.state,
    String(run.epochs),
    share(run.bestValAccuracy),
    share(run.testAccuracy),
    localTime(run.started),
  ]);
  const head = ['id', 'name', 'state', 'epochs', 'best val', 'test', 'started'];
  return `${textTable([head, ...rows], new Set([3, 4, 5])).join('\n')}\n`;
}

function listed(record: RunRecord, directory: string): ListedRun {
  const { uuid, name, status, epochs, metrics, startedMs } = record;
  const accuracies = [...epochs.values()].flatMap((epoch) => epoch['val/accuracy'] ?? []);
  return {
    id: uuid,
    name,
    state: status.toLowerCase(),
    epochs: epochs.size,
    bestValAccuracy: accuracies.length > 0 ? Math.max(...accuracies) : null,
    testAccuracy: metrics['test_accuracy'] ?? null,
    started: new Date(startedMs).toISOString(),
    directory,
  };
}

/** As `2026-11-26 14:05`, in the time of this machine. */
const localTime = (iso: string): string => new Date(iso).toLocaleString('sv-SE').slice(0, 16);
