import { halveToMaximum, maximumFilter, negative, quantile, type Plane } from './plane.ts';

/**
 * Whether the ink is lighter than its ground. The rim of a picture shows its ground, in light and in shadow; at the sharp
 * edges within, one side is ground and the other ink. Ink is the side that lies beyond what the rim shows.
 */
export function isLightOnDark(grey: Plane): boolean {
  const rim = rimOf(grey);
  const [low, middle, high] = [quantile(rim, 0.03), quantile(rim, 0.5), quantile(rim, 0.97)];
  const { darker, lighter } = edgeSides(grey);
  let [beyondDark, beyondLight, farDark, farLight, range] = [0, 0, 0, 0, 0];
  for (let i = 0; i < darker.length; i++) range += (lighter[i]! - darker[i]!) / darker.length;
  const margin = 0.1 * range;
  for (let i = 0; i < darker.length; i++) {
    beyondDark += Math.max(0, low - margin - darker[i]!);
    beyondLight += Math.max(0, lighter[i]! - high - margin);
    farDark += Math.abs(middle - darker[i]!);
    farLight += Math.abs(lighter[i]! - middle);
  }
  // Where ink runs over the rim, the rim shows both: most of it is ground all the same.
  const enough = beyondDark + beyondLight > margin * darker.length;
  return enough ? beyondLight > beyondDark : farLight > farDark;
}

function rimOf({ width, height, data }: Plane): number[] {
  const rim = Math.max(1, Math.round(Math.min(width, height) * 0.04));
  const values: number[] = [];
  for (let y = 0; y < height; y++) {
    const inside = y >= rim && y < height - rim;
    for (let x = 0; x < width; x++) {
      if (inside && x === rim && width > 2 * rim) x = width - rim;
      values.push(data[y * width + x]!);
    }
  }
  return values;
}

/** Brightness on both sides of the sharpest edges: extremes of small neighbourhoods that differ most. */
function edgeSides(grey: Plane): { darker: number[]; lighter: number[] } {
  const half = halveToMaximum(grey);
  const lightest = maximumFilter(half, 2).data;
  const darkest = negative(maximumFilter(negative(half), 2)).data;
  const range = lightest.map((value, i) => value - darkest[i]!);
  const sharp = 0.6 * quantile(range, 0.999);
  const darker: number[] = [];
  const lighter: number[] = [];
  for (let i = 0; i < range.length; i++) {
    if (range[i]! < sharp || sharp === 0) continue;
    darker.push(darkest[i]!);
    lighter.push(lightest[i]!);
  }
  return { darker, lighter };
}
