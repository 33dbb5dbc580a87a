import { describeError } from '@glyphlab/core';
import { decodePredictions, PREDICTIONS_FILE, type StoredPredictions } from '@glyphlab/evaluation';
import { PATCH_FILE, type RunRecord, type RunSource, SOURCE_FILE } from '@glyphlab/tracking';
import { type FoundRun, overviewOf, type RunReader } from '@glyphlab/tracking/reader';
import { terminal } from '../../project/terminal.ts';
import { titleOf } from '../runs/select-runs.ts';

/** A run with all that comparisons look at. */
export interface GatheredRun {
  run: FoundRun;
  record: RunRecord;
  title: string;
  bestEpoch: number;
  /** Of the best epoch where there is one an epoch, else the latest. */
  metrics: Readonly<Record<string, number>>;
  /** Undefined for runs of before it was kept. */
  source: RunSource | undefined;
  patch: string | undefined;
  predictions: StoredPredictions | undefined;
}

/** Undefined if it was started outside git, or before the first commit. */
export const commitOf = ({ record }: Pick<GatheredRun, 'record'>): string | undefined =>
  record.tags['mlflow.source.git.commit'];

/** Reads runs side by side. Artifacts that are gone are left out. */
export async function gather(reader: RunReader, runs: readonly FoundRun[]): Promise<GatheredRun[]> {
  return Promise.all(
    runs.map(async (run) => {
      const [record, code, predictions] = await Promise.all([
        reader.record(run),
        gatherCode(reader, run),
        reader.artifact(run, PREDICTIONS_FILE).then((bytes) => bytes && decode(bytes, run)),
      ]);
      const { bestEpoch, metrics } = overviewOf(record);
      return { run, record, title: titleOf(record), bestEpoch, metrics, ...code, predictions };
    }),
  );
}

async function gatherCode(reader: RunReader, run: FoundRun): Promise<Pick<GatheredRun, 'source' | 'patch'>> {
  const source = parseSource(await reader.artifact(run, SOURCE_FILE));
  // A tree without changes has no patch, and what is not on this disk a server would be started for.
  if (source?.patch === undefined) return { source, patch: undefined };
  const bytes = await reader.artifact(run, PATCH_FILE);
  return { source, patch: bytes && Buffer.from(bytes).toString() };
}

function parseSource(bytes: Uint8Array | undefined): RunSource | undefined {
  try {
    return bytes && (JSON.parse(Buffer.from(bytes).toString()) as RunSource);
  } catch {
    return undefined;
  }
}

function decode(bytes: Uint8Array, run: FoundRun): StoredPredictions | undefined {
  try {
    return decodePredictions(bytes);
  } catch (error) {
    terminal.onMessage(`${titleOf(run)}: ${describeError(error)}`);
    return undefined;
  }
}
