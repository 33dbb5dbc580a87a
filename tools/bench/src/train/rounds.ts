import type { Progress } from '@glyphlab/core';
import type { Answer, Request } from './serve.ts';

/** What takes part in the rounds. */
export interface Participant {
  contestant: { id: string; images(batch: number): number };
  run(request: Request): Promise<Answer>;
}

/** Images/s of one contestant at one batch size, round by round. */
export interface Series {
  contestant: string;
  batch: number;
  imagesPerSecond: number[];
}

interface RoundOptions {
  batches: readonly number[];
  rounds: number;
  onProgress: (progress: Progress) => void;
  signal: AbortSignal;
}

/**
 * Lets everyone run once per batch size and round, one at a time. A machine's speed drifts, so who runs next to whom matters:
 * each round begins with another one. Before the rounds each runs once uncounted, to warm up.
 */
export async function runRounds(
  participants: readonly Participant[],
  { batches, rounds, onProgress, signal }: RoundOptions,
): Promise<Series[]> {
  const series = participants.flatMap(({ contestant }) =>
    batches.map((batch): Series => ({ contestant: contestant.id, batch, imagesPerSecond: [] })),
  );
  for (let round = 0; round <= rounds; round++) {
    const label = round === 0 ? 'Warming up' : `Round ${round} of ${rounds}`;
    let done = 0;
    for (const batch of batches) {
      for (const participant of rotated(participants, round)) {
        const { contestant } = participant;
        signal.throwIfAborted();
        onProgress({ label, done: done++, total: series.length, note: `${contestant.id}, batch ${batch}` });
        const { imagesPerSecond } = await participant.run({ batch, images: contestant.images(batch) });
        if (round === 0) continue;
        series.find((s) => s.contestant === contestant.id && s.batch === batch)!.imagesPerSecond.push(imagesPerSecond);
      }
    }
  }
  return series;
}

/** The same in a circle, beginning with number `by`. */
const rotated = <T>(items: readonly T[], by: number): T[] => items.map((_, k) => items[(k + by) % items.length]!);
