import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { userCacheDir } from '@glyphlab/core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli, runInScratch, scratch } from '../testing/index.ts';

const shapes = {
  circle: '<circle cx="24" cy="20" r="SIZE"/>',
  square: '<path d="M24 20 m-SIZE -SIZE h DOUBLE v DOUBLE h -DOUBLE z"/>',
  triangle: '<path d="M24 20 m0 -SIZE l SIZE DOUBLE h -DOUBLE z"/>',
};
const [COUNT, HEIGHT, WIDTH] = [40, 40, 48];
const folder = scratch();
const other = scratch();
const picture = (name: string, k: number): string => join(folder, name, `${k}.${k % 2 ? 'jpg' : 'png'}`);

/** Pictures of shapes in any colour on another, here and there, in two sizes. */
beforeAll(async () => {
  let state = 1;
  const random = (below: number): number => (state = (state * 48271) % 2147483647) % below;
  for (const [name, shape] of Object.entries(shapes)) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let k = 0; k < COUNT; k++) {
      const size = 8 + random(6);
      const hue = random(360);
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">
        <rect width="100%" height="100%" fill="hsl(${(hue + 180) % 360} 70% 85%)"/>
        <g transform="translate(${random(15) - 7} ${random(11) - 5})" fill="hsl(${hue} 80% 40%)">
        ${shape.replaceAll('SIZE', String(size)).replaceAll('DOUBLE', String(2 * size))}</g></svg>`;
      const large = k % 10 === 9 ? 2 : 1;
      await sharp(Buffer.from(svg)).resize(large * WIDTH, large * HEIGHT).toFile(picture(name, k)); // prettier-ignore
    }
  }
});

/** What was decoded is kept in the user's cache, under the folders' names. */
afterAll(() => {
  const cache = join(userCacheDir(), 'datasets', 'image-folder');
  const ours = readdirSync(cache).filter((file) => [folder, other].some((path) => file.startsWith(basename(path))));
  // Images of two shapes, those of one on disk as well, with their index, and of the other folder.
  expect(ours).toHaveLength(5);
  for (const file of ours) rmSync(join(cache, file));
});

const config = (channels: 1 | 3, network: string): string => {
  const file = join(scratch(), `shapes-${channels}.yaml`);
  writeFileSync(
    file,
    `name: shapes
dataset: { type: image-folder, directory: ${folder}, size: [${HEIGHT}, ${WIDTH}], channels: ${channels}, storage: ${channels === 1 ? 'disk' : 'memory'} }
model: ${network}
augmentation:
  - { type: affine, rotation: 5, translate: 2, fill: edge }
  - { type: elastic, alpha: 8, fill: edge }
  - { type: erasing, probability: 0.2, area: [0.02, 0.05] }
training:
  epochs: 12
  batchSize: 16
  optimizer: { type: adam, learningRate: 0.002 }
  backend: tensorflow
`,
  );
  return file;
};

let model: string;

test.each<[channels: 1 | 3, network: string]>([
  [3, '{ type: cnn, filters: [16, 32, 32], dropout: 0.1 }'],
  [1, '{ type: resnet, depth: 1, width: 16 }'],
])(
  'pictures of one folder a class are learnt, measured and recognised: %d channel(s), %s',
  async (channels, network) => {
    const file = config(channels, network);
    const { exitCode, journal, run, stderr } = await runInScratch(['--config', file]);
    model = join(run, 'model');
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`${basename(folder)}: 96 train, 12 validation, 12 test images, 3 classes`);
    const artifacts = journal.filter(({ type }) => type === 'artifact').map(({ path }) => path);
    for (const name of ['mistakes', 'training_images', 'confusion_matrix', 'data'])
      expect(artifacts).toContain(`figures/${name}.png`);
    expect(artifacts).toEqual(expect.arrayContaining(['tables/data.json', 'data/pictures.csv']));
    const waited = journal.filter(({ values }) => 'input_wait_seconds' in (values ?? {}));
    expect(waited).toHaveLength(channels === 1 ? 12 : 0);
    const { userDefinedMetadata: card } = JSON.parse(readFileSync(join(model, 'model.json'), 'utf8')) as {
      userDefinedMetadata: object;
    };
    expect(card).toMatchObject({
      pictures: 'resize',
      imageShape: [HEIGHT, WIDTH, channels],
      classNames: Object.keys(shapes),
    });

    const evaluate = async (dataset: string) => {
      const { stdout } = await cli(['evaluate', '--model', model, '--dataset', dataset, '--json']);
      return JSON.parse(stdout) as { accuracy: number; count: number };
    };
    const onTest = await evaluate(file);
    expect(onTest.count).toBe(12);
    const onAll = await evaluate(folder);
    expect(onAll.count).toBe(3 * COUNT);
    expect(onAll.accuracy).toBeGreaterThan(0.85);

    // Answers to files are those of the evaluation: the pictures are prepared alike.
    const files = Object.keys(shapes).flatMap((name) => Array.from({ length: COUNT }, (_, k) => picture(name, k)));
    const predicted = await cli(['predict', '--model', model, '--json', '--image', ...files]);
    const answers = predicted.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { file: string; class: string });
    const right = answers.filter((answer) => answer.file.includes(`/${answer.class}/`));
    expect(right).toHaveLength(Math.round(onAll.accuracy * 3 * COUNT));
  },
);

test('a folder of other classes than the model knows is refused, and so is a picture that is none', async () => {
  for (const name of ['circle', 'star']) {
    mkdirSync(join(other, name), { recursive: true });
    await sharp(picture('circle', 0)).toFile(join(other, name, '0.png'));
  }
  const refused = await cli(['evaluate', '--model', model, '--dataset', other]);
  expect(refused.stderr).toMatch(/MODEL_DOES_NOT_FIT\][^]*does not know star; .* lacks square, triangle/);
  expect(refused.exitCode).toBe(2);

  writeFileSync(join(folder, 'circle', 'broken.png'), 'no picture');
  try {
    const broken = await cli(['run', '--no-tracking', '--config', config(3, '{ type: cnn }')]);
    expect(broken.stderr).toMatch(/1 of 121 pictures cannot be read:\n +circle\/broken\.png: This is not a picture/);
    expect(broken.stderr).not.toMatch(/\n {4}at /);
    expect(broken.exitCode).toBe(2);
  } finally {
    rmSync(join(folder, 'circle', 'broken.png'));
  }
});
