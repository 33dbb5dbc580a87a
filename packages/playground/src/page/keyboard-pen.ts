import type { Stroke } from './strokes.ts';

/** How far a key moves the pen, of the drawing area's side; with Shift, and without. */
const [FINE, STEP] = [0.01, 0.04];

const DIRECTIONS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export interface PadEvents {
  /** A stroke goes on: it is drawn, but may still change. */
  onDraw: (stroke: Stroke) => void;
  /** A stroke has come to its end. */
  onStroke: (stroke: Stroke) => void;
}

/** A pen that arrow keys move and Space puts down and lifts. It is seen while the keyboard is in use. */
export function keyboardPen(canvas: HTMLCanvasElement, { onDraw, onStroke }: PadEvents, repaint: () => void) {
  let position: [x: number, y: number] | undefined;
  let stroke: Stroke | undefined;

  const lift = () => {
    if (stroke) onStroke(stroke);
    stroke = undefined;
  };
  const move = ([dx, dy]: readonly [number, number], step: number) => {
    const [x, y] = position ?? [0.5, 0.3];
    const within = (value: number) => Math.max(0, Math.min(1, value));
    position = [within(x + dx * step), within(y + dy * step)];
    if (!stroke) return;
    stroke.push(...position);
    onDraw(stroke);
  };

  canvas.addEventListener('keydown', (event) => {
    const direction = DIRECTIONS[event.key];
    if (direction) move(direction, event.shiftKey ? FINE : STEP);
    else if (event.key === ' ') {
      position ??= [0.5, 0.3];
      if (stroke) lift();
      else onDraw((stroke = [...position]));
    } else if (event.key === 'Escape') lift();
    else return;
    event.preventDefault();
    repaint();
  });
  canvas.addEventListener('pointerdown', () => {
    lift();
    position = undefined;
  });
  canvas.addEventListener('blur', () => {
    lift();
    position = undefined;
    repaint();
  });

  return {
    get position() {
      return position;
    },
    get down() {
      return stroke !== undefined;
    },
  };
}
