/** A curve as its name, its sign and its values, one an epoch; NaN leaves a gap. */
export interface PlottedCurve {
  name: string;
  sign: string;
  values: readonly number[];
}

/**
 * Curves over the epochs for a terminal: `height` lines of `width` characters, values at the left, a legend below. A later curve
 * covers an earlier one.
 */
export function plot(title: string, curves: readonly PlottedCurve[], { width = 70, height = 9 } = {}): string[] {
  const all = curves.flatMap(({ values }) => values.filter(Number.isFinite));
  if (all.length === 0) return [title, '  no epoch has ended yet'];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const spread = high - low || Math.abs(high) || 1;
  const labels = Array.from({ length: height }, (_, row) => label(high - (spread * row) / (height - 1)));
  const margin = Math.max(...labels.map((text) => text.length));
  const room = Math.max(10, width - margin - 3);
  const epochs = Math.max(...curves.map(({ values }) => values.length));
  const grid = Array.from({ length: height }, () => Array<string>(Math.min(room, Math.max(epochs, 2))).fill(' '));
  for (const { sign, values } of curves)
    values.forEach((value, k) => {
      if (!Number.isFinite(value)) return;
      const column = epochs <= room ? k : Math.round((k * (room - 1)) / (epochs - 1));
      const row = Math.round(((high - value) / spread) * (height - 1));
      grid[Math.min(height - 1, row)]![column] = sign;
    });
  return [
    title,
    ...grid.map((row, k) => `${labels[k]!.padStart(margin)} ┤${row.join('').trimEnd()}`),
    `${' '.repeat(margin)} └${'─'.repeat(grid[0]!.length)} ${epochs}`,
    `${' '.repeat(margin + 2)}${curves.map(({ name, sign }) => `${sign} ${name}`).join('   ')}`,
  ];
}

const label = (value: number): string =>
  Math.abs(value) >= 0.001 || value === 0 ? String(Number(value.toPrecision(4))) : value.toExponential(1);
