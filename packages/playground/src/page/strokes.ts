/** Points of a line: x, y, x, y, …; the drawing area's side is 1. */
export type Stroke = number[];

/** Width of the pen, of the drawing area's side: MNIST's proportion for characters that fill most of it. */
export const PEN = 0.075;

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Draws strokes in the context's colour, round, through the midpoints between their points. */
export function drawStrokes(context: Context, strokes: readonly Stroke[], side: number): void {
  context.lineWidth = PEN * side;
  context.lineCap = context.lineJoin = 'round';
  for (const points of strokes) {
    const at = (i: number): [number, number] => [points[2 * i]! * side, points[2 * i + 1]! * side];
    const last = points.length / 2 - 1;
    context.beginPath();
    context.moveTo(...at(0));
    for (let i = 1; i < last; i++) {
      const [[x, y], [nextX, nextY]] = [at(i), at(i + 1)];
      context.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
    }
    context.lineTo(...at(last));
    context.stroke();
  }
}
