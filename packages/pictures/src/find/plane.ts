/** One value a pixel, row-major. */
export interface Plane {
  width: number;
  height: number;
  data: Float32Array;
}

/** A rectangle in pixels; `right` and `bottom` lie one past its last column and row. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export const plane = (width: number, height: number): Plane => ({
  width,
  height,
  data: new Float32Array(width * height),
});

/** The value below which the given share of the values lies, to 1/1024 of their range. */
export function quantile(values: ArrayLike<number>, share: number): number {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high > low)) return low;
  const counts = new Uint32Array(1024);
  const scale = 1023.999 / (high - low);
  for (let i = 0; i < values.length; i++) counts[Math.floor((values[i]! - low) * scale)]!++;
  let left = share * values.length;
  let bin = 0;
  while (bin < 1023 && (left -= counts[bin]!) > 0) bin++;
  return low + (bin + 0.5) / scale;
}

/** A one-dimensional filter from `source` to `target`: `count` values, `step` apart, beginning at `start`. */
type LineFilter = (source: Float32Array, target: Float32Array, start: number, step: number, count: number) => void;

/** A separable filter: along every row, then along every column of what came out. */
function separable({ width, height, data }: Plane, filter: LineFilter): Plane {
  const rows = new Float32Array(data.length);
  const result = plane(width, height);
  for (let y = 0; y < height; y++) filter(data, rows, y * width, 1, width);
  for (let x = 0; x < width; x++) filter(rows, result.data, x, width, height);
  return result;
}

/** Mean over a square of `2 × radius + 1`; at the edges, over the part of it that lies inside. */
export function boxBlur(source: Plane, radius: number): Plane {
  return separable(source, (from, to, start, step, count) => {
    let sum = 0;
    let inside = 0;
    for (let i = 0; i < Math.min(radius, count); i++, inside++) sum += from[start + i * step]!;
    for (let i = 0; i < count; i++) {
      if (i + radius < count) {
        sum += from[start + (i + radius) * step]!;
        inside++;
      }
      if (i - radius - 1 >= 0) {
        sum -= from[start + (i - radius - 1) * step]!;
        inside--;
      }
      to[start + i * step] = sum / inside;
    }
  });
}

/** Largest value within a square of `2 × radius + 1`, in time that does not grow with the radius (a queue of falling maxima). */
export function maximumFilter(source: Plane, radius: number): Plane {
  const longest = Math.max(source.width, source.height);
  const positions = new Int32Array(longest);
  const maxima = new Float32Array(longest);
  return separable(source, (from, to, start, step, count) => {
    let head = 0;
    let tail = 0;
    for (let i = 0; i < count + radius; i++) {
      if (i < count) {
        const value = from[start + i * step]!;
        while (tail > head && maxima[tail - 1]! <= value) tail--;
        maxima[tail] = value;
        positions[tail++] = i;
      }
      const centre = i - radius;
      if (centre < 0) continue;
      if (positions[head]! < centre - radius) head++;
      to[start + centre * step] = maxima[head]!;
    }
  });
}

/**
 * Dark structures narrower than `2 × radius + 1` filled with what surrounds them; steps in brightness stay where they are.
 * Beyond its edges the picture is taken to go on as its mirror image, so that a shadow in a corner is no narrow structure.
 */
export function closing(source: Plane, radius: number): Plane {
  const pad = Math.min(radius, source.width >> 2, source.height >> 2);
  const padded = plane(source.width + 2 * pad, source.height + 2 * pad);
  const mirror = (at: number, count: number) => (at < 0 ? -1 - at : at >= count ? 2 * count - 1 - at : at);
  for (let y = 0; y < padded.height; y++) {
    const row = mirror(y - pad, source.height) * source.width;
    for (let x = 0; x < padded.width; x++) {
      padded.data[y * padded.width + x] = source.data[row + mirror(x - pad, source.width)]!;
    }
  }
  const closed = negative(maximumFilter(negative(maximumFilter(padded, radius)), radius));
  const result = plane(source.width, source.height);
  for (let y = 0; y < source.height; y++) {
    const from = (y + pad) * padded.width + pad;
    result.data.set(closed.data.subarray(from, from + source.width), y * source.width);
  }
  return result;
}

/** The same plane with every value's sign turned, in place. */
export function negative(of: Plane): Plane {
  for (let i = 0; i < of.data.length; i++) of.data[i] = -of.data[i]!;
  return of;
}

/** Half the size, each pixel the largest of the four it replaces. */
export function halveToMaximum({ width, height, data }: Plane): Plane {
  const half = plane(Math.ceil(width / 2), Math.ceil(height / 2));
  half.data.fill(-Infinity);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y >> 1) * half.width + (x >> 1);
      if (data[y * width + x]! > half.data[at]!) half.data[at] = data[y * width + x]!;
    }
  }
  return half;
}
