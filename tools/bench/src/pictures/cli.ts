import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { percent, textTable, userCacheDir } from '@glyphlab/core';
import { runBench } from '../commands.ts';
import { measureGlyphlab } from '../measure-glyphlab.ts';
import { thisMachine } from '../train/machine.ts';
import { type PicturesOptions, picturesCommand } from './command.ts';
import { makePhotos, SIDE } from './make-photos.ts';

await runBench<PicturesOptions>(picturesCommand(), async ({ count, images, dir }, { onProgress }) => {
  const workspace = mkdtempSync(join(dir === undefined ? tmpdir() : resolve(dir), 'glyphlab-bench-pictures-'));
  const photos = join(workspace, `photos-${basename(workspace)}`);
  try {
    mkdirSync(photos);
    await makePhotos(photos, count, (done) =>
      onProgress({ label: 'Making pictures', done, total: count, unit: 'files' }),
    );
    const first = trainOnce(workspace, photos, images);
    const second = trainOnce(workspace, photos, images);
    const rows = [
      ['decoding them first', first],
      ['from the cache', second],
    ] as const;
    const table = rows.map(([name, { seconds, megabytes, trainSeconds, waitSeconds, imagesPerSecond }]) => [
      name,
      seconds.toFixed(1),
      String(Math.round(megabytes)),
      imagesPerSecond.toFixed(1),
      waitSeconds.toFixed(2),
      percent(waitSeconds / trainSeconds),
    ]);
    const head = [
      `${count.toLocaleString('en')} pictures`,
      'seconds',
      'memory, MB',
      'images/s',
      'waited, s',
      'of training',
    ];
    const { processor, cores } = thisMachine();
    const lines = textTable([head, ...table], new Set([1, 2, 3, 4, 5]));
    return [...lines, `An epoch of ${images} images of ${SIDE} × ${SIDE}; ${processor}, ${cores} cores`].join('\n');
  } finally {
    rmSync(workspace, { recursive: true, force: true });
    const cache = join(userCacheDir(), 'datasets', 'image-folder');
    for (const file of readdirSync(cache)) if (file.startsWith(`${basename(photos)}-`)) rmSync(join(cache, file));
  }
});

/** One run of one epoch, in a process of its own. */
function trainOnce(workspace: string, photos: string, images: number) {
  const config = join(workspace, 'photos.yaml');
  writeFileSync(
    config,
    `name: photos
dataset: { type: image-folder, directory: ${photos}, size: ${SIDE}, storage: disk, limit: ${images}, valFraction: 0.01, testFraction: 0.01 }
model: { type: cnn, filters: [8, 16, 32] }
augmentation: none
training: { epochs: 1, batchSize: 32, optimizer: { type: sgd, learningRate: 0.01 }, precision: auto }
tracking: { mistakePanels: 0 }
`,
  );
  const runs = join(workspace, '.glyphlab', 'runs');
  rmSync(runs, { recursive: true, force: true });
  const measured = measureGlyphlab(workspace, ['run', '--no-tracking', '--config', config]);
  const journal = readFileSync(join(runs, readdirSync(runs)[0]!, 'journal.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const values = journal
    .map((line) => (JSON.parse(line) as { values?: Record<string, number> }).values ?? {})
    .find((all) => 'input_wait_seconds' in all)!;
  const imagesPerSecond = values['images_per_second']!;
  return {
    ...measured,
    imagesPerSecond,
    trainSeconds: images / imagesPerSecond,
    waitSeconds: values['input_wait_seconds']!,
  };
}
