import { readFileSync } from 'node:fs';
import { presentMetric } from '@glyphlab/core';
import { fromMetricValue, type JournalEntry } from '../journal/entries.ts';
import { imageOfStep } from '../records/page-artifacts.ts';
import { artifactFile } from '../run/run-directory.ts';
import { type Event, type SummaryValue, textValue } from './event.ts';

/**
 * What TensorBoard shows of a line of the journal: metrics as scalars, a model's metrics too, `config.yaml` as text, figures and
 * images of a step as images. The same line always gives an event or always none, whatever else is on the disk: by that a file is gone on with.
 *
 * @param directory of the run
 */
export function toEvent(entry: JournalEntry, directory: string): Event | undefined {
  const event = (step: number, value: SummaryValue[]): Event => ({
    wallTime: entry.time / 1000,
    step,
    summary: { value },
  });
  if (entry.type === 'metrics') return event(entry.step, scalars(entry.values));
  if (entry.type === 'model') return event(entry.step, scalars(entry.metrics));
  if (entry.type !== 'artifact') return undefined;
  if (entry.path === 'config.yaml') {
    const text = read(artifactFile(directory, entry.path));
    return event(0, text ? [textValue('config', `\`\`\`yaml\n${text.toString()}\n\`\`\``)] : []);
  }
  const shown = imageOf(entry.path);
  if (!shown) return undefined;
  const png = read(artifactFile(directory, entry.path));
  return event(shown.step, png ? [imageValue(shown.tag, png)] : []);
}

const scalars = (values: Readonly<Record<string, number | string>>): SummaryValue[] =>
  Object.entries(values).map(([key, value]) => ({
    tag: presentMetric(key),
    simpleValue: fromMetricValue(value as never),
  }));

function imageOf(path: string): { tag: string; step: number } | undefined {
  const panel = imageOfStep(path);
  if (panel) return { tag: panel.key, step: panel.step };
  const figure = /^(?!images\/)(.+)\.png$/.exec(path);
  return figure ? { tag: figure[1]!, step: 0 } : undefined;
}

/** Where a PNG has its width and height, and which of its colour types has how many channels (PNG specification, 11.2.2). */
const [WIDTH_AT, HEIGHT_AT, COLOUR_TYPE_AT] = [16, 20, 25];
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

function imageValue(tag: string, png: Buffer): SummaryValue {
  const [width, height] = [png.readUInt32BE(WIDTH_AT), png.readUInt32BE(HEIGHT_AT)];
  return { tag, image: { height, width, colorspace: CHANNELS[png[COLOUR_TYPE_AT]!] ?? 3, encodedImageString: png } };
}

/** Undefined if it is gone, or no file of that kind: a run may have been cleaned up. */
function read(file: string): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    return file.endsWith('.png') && bytes.length <= COLOUR_TYPE_AT ? undefined : bytes;
  } catch {
    return undefined;
  }
}
