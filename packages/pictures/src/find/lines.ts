/** Steepest slope a printed line may have in the picture: people do not hold their cameras straight. */
const MAX_SLOPE = 0.14;

/**
 * Takes the lines of squared or ruled paper out of a mask. A printed line is thin, straight, nearly level or upright, and
 * runs from one edge of the picture to the other, which no stroke of a character does. Only its thin places are erased,
 * so that strokes that cross it keep their ink.
 *
 * @returns how many lines were erased
 */
export function eraseLines(mask: Uint8Array, width: number, height: number): number {
  const level: View = { mask, along: width, across: height, stepAlong: 1, stepAcross: width };
  const upright: View = { mask, along: height, across: width, stepAlong: width, stepAcross: 1 };
  const slopes: number[] = [];
  eraseLevelLines(level, slopes);
  // Squares stand at right angles: what slopes up one way leans left the other way.
  const leaning = slopes.map((slope) => -slope);
  eraseLevelLines(upright, leaning);
  const all = leaning.map((slope) => -slope);
  if (all.length > slopes.length) eraseLevelLines(level, all);
  return all.length;
}

/** A mask seen so that the lines in question are level. */
interface View {
  mask: Uint8Array;
  along: number;
  across: number;
  stepAlong: number;
  stepAcross: number;
}

interface Stretch {
  /** Position along the line. */
  at: number;
  /** First and one past last position across it. */
  from: number;
  to: number;
}

/** Erases the level lines of a view and adds their slopes to those of the lines found before. */
function eraseLevelLines(view: View, slopes: number[]): void {
  const thickest = Math.max(3, Math.round(Math.max(view.along, view.across) * 0.025));
  const runs = thinRuns(view, thickest);
  for (;;) {
    const line = longestLine(runs, view);
    // Once lines of a sheet are found, their like may be hidden by ink over a good part.
    const alike = slopes.filter((slope) => Math.abs(slope - line.slope) < 0.03).length;
    if (!isPrinted(line.runs, view.along, alike)) return;
    for (const run of line.runs) {
      for (let y = run.from; y < run.to; y++) view.mask[run.at * view.stepAlong + y * view.stepAcross] = 0;
      runs.delete(run);
    }
    slopes.push(line.slope);
  }
}

/** Stretches of ink across the line's direction that are short enough to be a line cut through. */
function thinRuns({ mask, along, across, stepAlong, stepAcross }: View, thickest: number): Set<Stretch> {
  const runs = new Set<Stretch>();
  for (let x = 0; x < along; x++) {
    for (let y = 0; y < across; y++) {
      if (!mask[x * stepAlong + y * stepAcross]) continue;
      const from = y;
      while (y < across && mask[x * stepAlong + y * stepAcross]) y++;
      if (y - from <= thickest) runs.add({ at: x, from, to: y });
    }
  }
  return runs;
}

const SLOPES = Array.from({ length: 29 }, (_, i) => (i / 14 - 1) * MAX_SLOPE);

/** The straight line with the most runs on it (a Hough transform). */
function longestLine(runs: Set<Stretch>, { along, across }: View): { slope: number; runs: Stretch[] } {
  let best = { count: 0, slope: 0, offset: 0 };
  const margin = Math.ceil(along * MAX_SLOPE);
  for (const slope of SLOPES) {
    const votes = new Uint16Array(across + 2 * margin + 2);
    for (const { at, from, to } of runs) {
      const offset = Math.round((from + to - 1) / 2 - slope * at) + margin;
      votes[offset]!++;
    }
    for (let offset = 1; offset + 1 < votes.length; offset++) {
      const count = votes[offset - 1]! + votes[offset]! + votes[offset + 1]!;
      if (count > best.count) best = { count, slope, offset: offset - margin };
    }
  }
  const { slope, offset } = best;
  const on = ({ at, from, to }: Stretch) => Math.abs((from + to - 1) / 2 - slope * at - offset) <= 2.5;
  return { slope, runs: [...runs].filter(on) };
}

/**
 * Whether a line goes most of the way from edge to edge.
 *
 * @param alike how many such lines have been found already
 */
function isPrinted(line: readonly Stretch[], along: number, alike: number): boolean {
  const covered = [...new Set(line.map(({ at }) => at))];
  const within = (from: number, to: number) => covered.filter((at) => at >= from && at < to).length;
  const end = along / 10;
  const ends = [within(0, end), within(along - end, along)].filter((count) => count >= 0.4 * end).length;
  if (alike === 0) return covered.length >= 0.65 * along && ends === 2;
  const least = [0.45, 0.3][alike - 1] ?? 0.1;
  return covered.length >= least * along && ends >= 1;
}
