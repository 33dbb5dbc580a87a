import type { Content } from './content.ts';
import { context2d } from './element.ts';
import { keyboardPen, type PadEvents } from './keyboard-pen.ts';
import type { PageSamples } from './page-samples.ts';
import { drawStrokes, PEN, type Stroke } from './strokes.ts';

/** The drawing area: takes strokes from mouse, pen, touch and keyboard, and shows the content. */
export class Pad {
  private readonly canvas: HTMLCanvasElement;
  private readonly events: PadEvents;
  private readonly samples: () => PageSamples | undefined;
  private content: Content | undefined;
  private pointer: { id: number; stroke: Stroke } | undefined;
  private readonly pen;

  constructor(canvas: HTMLCanvasElement, samples: () => PageSamples | undefined, events: PadEvents) {
    this.canvas = canvas;
    this.samples = samples;
    this.events = events;
    this.pen = keyboardPen(canvas, events, () => this.paint());
    this.listen();
    // Its size in device pixels is known only once it is laid out, and changes with the window.
    new ResizeObserver(() => this.paint()).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.paint());
  }

  show(content: Content): void {
    this.content = content;
    this.paint();
  }

  private listen(): void {
    const { canvas } = this;
    canvas.addEventListener('pointerdown', (event) => {
      if (this.pointer || !event.isPrimary || event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      this.pointer = { id: event.pointerId, stroke: this.pointOf(event) };
      this.events.onDraw(this.pointer.stroke);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (event.pointerId !== this.pointer?.id) return;
      // Between two frames a pen reports many positions; they come together.
      const positions = event.getCoalescedEvents?.() ?? [];
      for (const position of positions.length > 0 ? positions : [event])
        this.pointer.stroke.push(...this.pointOf(position));
      this.events.onDraw(this.pointer.stroke);
    });
    const end = (event: PointerEvent) => {
      if (event.pointerId !== this.pointer?.id) return;
      const { stroke } = this.pointer;
      this.pointer = undefined;
      this.events.onStroke(stroke);
    };
    canvas.addEventListener('pointerup', end);
    canvas.addEventListener('pointercancel', end);
  }

  private pointOf({ clientX, clientY }: PointerEvent): [x: number, y: number] {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  }

  private paint(): void {
    const { canvas, content } = this;
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    if (side === 0 || !content) return;
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const context = context2d(canvas);
    context.clearRect(0, 0, side, side);
    const { color } = getComputedStyle(canvas);
    context.strokeStyle = context.fillStyle = color;
    if (content.kind === 'drawing') drawStrokes(context, content.strokes, side);
    else if (content.kind === 'picture') paintPicture(context, content, side);
    else this.samples()?.paint(context, content.sample, side);
    const { position, down } = this.pen;
    if (!position) return;
    context.beginPath();
    context.arc(position[0] * side, position[1] * side, (PEN * side) / 2, 0, 2 * Math.PI);
    if (down) context.fill();
    context.lineWidth = 2 * devicePixelRatio;
    context.stroke();
  }
}

/** The picture as large as fits, and a frame around what was read. */
function paintPicture(
  context: CanvasRenderingContext2D,
  { bitmap, picture }: Extract<Content, { kind: 'picture' }>,
  side: number,
): void {
  const scale = side / Math.max(bitmap.width, bitmap.height);
  const [left, top] = [(side - bitmap.width * scale) / 2, (side - bitmap.height * scale) / 2];
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, left, top, bitmap.width * scale, bitmap.height * scale);
  const { box } = picture;
  context.lineWidth = 2 * devicePixelRatio;
  context.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  const [width, height] = [(box.right - box.left) * scale, (box.bottom - box.top) * scale];
  context.strokeRect(left + box.left * scale, top + box.top * scale, width, height);
  context.setLineDash([]);
}
