import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Numbers from 0 to 1 that are the same each time (mulberry32). */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const MODELS = ['cnn', 'resnet', 'efficientnet'];
const EPOCHS = 15;
/** Options of a usual configuration beside those that differ. */
const USUAL_PARAMS = 35;

/**
 * Writes the journals of runs as training leaves them: parameters, tags, data, 15 epochs, figures, a model, the end; about 11 kB each.
 *
 * @returns the folders of the runs
 */
export function makeRuns(runsDir: string, count: number): string[] {
  const random = seeded(1);
  return Array.from({ length: count }, (_, k) => {
    const uuid = `${hex(random)}-${hex(random).slice(0, 4)}-4000-8000-${hex(random)}0000`;
    const directory = join(runsDir, uuid);
    mkdirSync(join(directory, 'artifacts'), { recursive: true });
    writeFileSync(join(directory, 'journal.jsonl'), journalOf(uuid, k, random));
    writeFileSync(join(directory, 'artifacts', 'config.yaml'), `name: run ${k}\n`);
    return directory;
  });
}

const hex = (random: () => number): string => Math.floor(random() * 2 ** 32).toString(16).padStart(8, '0'); // prettier-ignore

function journalOf(uuid: string, k: number, random: () => number): string {
  let time = Date.UTC(2026, 0, 1) + k * 60_000;
  const lines: string[] = [];
  const add = (entry: object): unknown => lines.push(JSON.stringify({ time: (time += 500), ...entry }));
  const learningRate = 10 ** (-3 + 2 * random());
  add({ type: 'run', uuid, experiment: `experiment ${k % 7}`, name: `run ${k}`, server: null });
  add({
    type: 'params',
    values: {
      seed: String(k),
      'model.type': MODELS[k % 3],
      'training.epochs': String(EPOCHS),
      'training.optimizer.learningRate': String(learningRate),
      'training.checkpoint.monitor': 'val/loss',
      'training.checkpoint.mode': 'min',
      ...Object.fromEntries(Array.from({ length: USUAL_PARAMS }, (_, n) => [`training.option${n}.value`, String(n)])),
    },
  });
  for (const context of ['train', 'val', 'test'])
    add({
      type: 'dataset',
      name: 'mnist',
      context,
      digest: `${context}0123456789`,
      source: '{"uri":"made up"}',
      sourceType: 'local',
      schema: JSON.stringify({ mlflow_tensorspec: { features: 'x'.repeat(250) } }),
      profile: '{"num_images":10000}',
    });
  add({
    type: 'tags',
    values: {
      'glyphlab.cpu': 'made up × 2',
      'glyphlab.node': process.version,
      'mlflow.source.git.commit': `${k % 50}`.padStart(40, '0'),
      'glyphlab.git.dirty': String(k % 2 === 0),
    },
  });
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    const loss = 0.5 / epoch + 0.02 * random();
    add({
      type: 'metrics',
      step: epoch,
      values: {
        'train/loss': loss * 1.2,
        'train/accuracy': 1 - loss / 3,
        'val/loss': loss,
        'val/accuracy': 1 - loss / 4,
        lr: learningRate,
        images_per_second: 1000 + 100 * random(),
        epoch_seconds: 10 + random(),
      },
    });
    for (const kind of ['compressed.png', 'png'])
      add({
        type: 'artifact',
        path: `images/val~mistakes+step+${epoch}+timestamp+${time}+${uuid}+${kind}`,
        bytes: 60_000,
      });
  }
  add({ type: 'tags', values: { 'mlflow.note.content': `Test: **99 %**. ${'A description. '.repeat(20)}` } });
  add({ type: 'metrics', step: EPOCHS, values: { training_seconds: 160, best_epoch: EPOCHS } });
  add({
    type: 'model',
    id: uuid,
    name: 'model',
    step: EPOCHS,
    params: {},
    tags: {},
    metrics: { test_loss: 0.03, test_accuracy: 0.98 + 0.02 * random() },
  });
  add({ type: 'ended', status: 'FINISHED' });
  return `${lines.join('\n')}\n`;
}
