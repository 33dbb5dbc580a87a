import { randomUUID } from 'node:crypto';

/** Where MLflow's page looks for an image of a panel with a slider, and for what it shows until the image is asked for. */
export function imagePaths(key: string, step: number, timeMs: number): { image: string; thumbnail: string } {
  const stem = `images/${key.replaceAll('/', '~')}+step+${step}+timestamp+${timeMs}+${randomUUID()}`;
  return { image: `${stem}.png`, thumbnail: `${stem}+compressed.png` };
}
