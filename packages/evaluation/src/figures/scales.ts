/** An axis and scale as Vega-Lite's encoding channels take them. */
interface Channel {
  type: 'quantitative';
  title: string;
  scale: Record<string, unknown>;
  axis: Record<string, unknown>;
}

const finite = (values: readonly number[]) => values.filter((value) => Number.isFinite(value));

/** Epochs from the first to the last, round numbers as ticks; one epoch alone stands in the middle. */
export function epochChannel(epochs: readonly number[]): Channel {
  const first = Math.min(...epochs);
  const last = Math.max(...epochs);
  const domain = epochs.length === 0 ? [0, 1] : first === last ? [first - 1, last + 1] : [first, last];
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((size) => (last - first) / size <= 12) ?? 1000;
  const round = Array.from({ length: 14 }, (_, i) => (Math.ceil(first / step) + i) * step);
  const values = [first, ...round.filter((tick) => tick - first >= step / 2 && tick <= last)];
  return {
    type: 'quantitative',
    title: 'Epoch',
    scale: { domain, nice: false },
    axis: { format: 'd', grid: false, labelFlush: false, values: epochs.length === 0 ? [] : values },
  };
}

/** Positive values on a logarithmic scale where they span more than a factor of ten, else on a linear one. */
export function magnitudeChannel(title: string, values: readonly number[]): Channel {
  const known = finite(values);
  const low = Math.min(...known);
  const high = Math.max(...known);
  if (known.length > 0 && low > 0 && high / low > 10) {
    return {
      type: 'quantitative',
      title: `${title}, log scale`,
      scale: { type: 'log', domain: [low / 1.15, high * 1.15], nice: false },
      axis: { values: logTicks(low / 1.15, high * 1.15), format: '~r' },
    };
  }
  return { type: 'quantitative', title, scale: { zero: low >= 0, nice: true }, axis: { format: '~g', tickCount: 6 } };
}

/**
 * Accuracies (0–1) in percent. Where the error falls by more than a factor of five, the axis is logarithmic in the error:
 * 99.4 and 99.6 % then stand as far apart as 94 and 96 %.
 *
 * @param numImages that they were measured on; see {@link accuracyDomain}
 */
export function accuracyChannel(
  title: string,
  values: readonly number[],
  numImages?: number,
): Channel & { position: (accuracy: number) => number } {
  const wide = accuracyDomain(values, numImages);
  if (wide.isNoise)
    return {
      type: 'quantitative',
      title: `${title} (%)`,
      scale: { domain: wide.domain, zero: false, nice: true },
      axis: { labelExpr: "format(datum.value * 100, '.6~g')", tickCount: 6 },
      position: (accuracy) => accuracy,
    };
  const errors = finite(values).map((value) => 1 - value);
  const smallest = Math.min(...errors.filter((error) => error > 0));
  const largest = Math.max(...errors);
  if (errors.length === 0 || !(largest / smallest > 5)) {
    const spread = errors.length > 0 && Math.max(...errors) > Math.min(...errors);
    return {
      type: 'quantitative',
      title: `${title} (%)`,
      scale: spread ? { zero: false, nice: true } : { domain: [0, 1] },
      axis: { labelExpr: "format(datum.value * 100, '.6~g')", tickCount: 6 },
      position: (accuracy) => accuracy,
    };
  }
  // A perfect accuracy has no logarithm of its error: it is drawn half an error below the best other value.
  const floor = errors.includes(0) ? smallest / 2 : smallest;
  const [low, high] = [floor / 1.1, Math.min(1, largest * 1.1)];
  const ticks = logTicks(floor === smallest ? low : smallest, high);
  return {
    type: 'quantitative',
    title: `${title} (%), log scale of the error`,
    scale: { type: 'log', domain: [low, high], reverse: true, nice: false },
    axis: {
      values: floor === smallest ? ticks : [floor, ...ticks],
      labelExpr: `datum.value <= ${floor} && ${floor !== smallest} ? '100' : format(100 - datum.value * 100, '.6~g')`,
    },
    position: (accuracy) => Math.max(1 - accuracy, floor),
  };
}

/**
 * The accuracies (0–1) that an axis spans: never fewer than chance moves one that is measured on so many images, two standard
 * errors to either side, √(p (1 − p) / n). What lies within is no difference, and is not to look like one.
 */
export function accuracyDomain(
  values: readonly number[],
  numImages: number | undefined,
): { domain: [low: number, high: number]; isNoise: boolean } {
  const known = finite(values);
  if (known.length === 0) return { domain: [0, 1], isNoise: false };
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const middle = (low + high) / 2;
  const noise = numImages === undefined ? 0 : 4 * Math.sqrt((middle * (1 - middle)) / numImages);
  if (high - low >= noise) return { domain: [low, high], isNoise: false };
  return { domain: [Math.max(0, middle - noise / 2), Math.min(1, middle + noise / 2)], isNoise: true };
}

/** Round values within [low, high]: of the coarsest kind that leaves at least four, as powers of ten or 1, 2 and 5 times them. */
function logTicks(low: number, high: number): number[] {
  const powers = Array.from({ length: 40 }, (_, i) => i - 30).filter((e) => 10 ** (e + 1) >= low && 10 ** e <= high);
  const kinds = [[1], [1, 2, 5], [1, 2, 3, 5, 7], [1, 2, 3, 4, 5, 6, 7, 8, 9]].map((steps) =>
    powers.flatMap((e) => steps.map((step) => Number(`${step}e${e}`))).filter((tick) => tick >= low && tick <= high),
  );
  return kinds.find((ticks) => ticks.length >= 4) ?? kinds.at(-1)!;
}
