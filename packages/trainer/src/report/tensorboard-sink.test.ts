import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { locatePinned, pythonTensorBoard } from '@glyphlab/python';
import { openRun } from '@glyphlab/tracking';
import { EventFile } from '@glyphlab/tracking/tensorboard';
import { expect, onTestFinished, test } from 'vitest';
import { cli, onlyRun, scratch } from '../testing/index.ts';

const config = new URL('../../../../configs/quickstart.yaml', import.meta.url).pathname;
const few = ['dataset.limit=200', 'augmentation=[]', 'training.epochs=1', 'tracking.mistakePanels=0'];

const python = locatePinned(pythonTensorBoard);
const isSkipped = python === undefined && process.env['GLYPHLAB_TEST_ALL'] === undefined;

/** A grey picture of two pixels by one. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR42mNoaAAAAYQBAVnSRkMAAAAASUVORK5CYII=',
  'base64',
);

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile());

test('a run that is trained with it, and one that is written afterwards, are the same file', async () => {
  const workspace = scratch();
  const args = ['run', '--no-tracking', '--config', config, ...few, 'tracking.tensorboard=board'];
  expect(await cli(args, workspace)).toMatchObject({ exitCode: 0 });
  const [live, ...others] = filesBelow(join(workspace, 'board'));
  expect(others).toEqual([]);
  expect(live).toMatch(/^glyphlab\/quickstart-[\da-f]{8}\/events\.out\.tfevents\./);
  const { stdout, exitCode } = await cli(
    ['runs', 'tensorboard', 'latest', '--out', join(workspace, 'later')],
    workspace,
  );
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining(join(workspace, 'later', 'glyphlab', 'quickstart-'))]);
  const bytes = readFileSync(join(workspace, 'board', live!));
  expect(readFileSync(join(workspace, 'later', live!)).equals(bytes)).toBe(true);
  // What was logged last, at the end of the run.
  for (const tag of ['val/accuracy', 'test_accuracy', 'figures/confusion_matrix'])
    expect(bytes.includes(tag)).toBe(true);
});

test('a folder that cannot be made is refused before the training', async () => {
  const workspace = scratch();
  writeFileSync(join(workspace, 'taken'), '');
  const args = ['run', '--no-tracking', '--config', config, ...few, 'tracking.tensorboard=taken/board'];
  const { exitCode, stderr, stdout } = await cli(args, workspace);
  expect([exitCode, stdout]).toEqual([2, expect.not.stringContaining('Epoch 1')]);
  expect(stderr).toMatch(/TENSORBOARD_NOT_WRITTEN.*tracking\.tensorboard/s);
  expect(readFileSync(join(onlyRun(workspace), 'journal.jsonl'), 'utf8')).toContain('"status":"FAILED"');
});

test.skipIf(isSkipped)(
  'a real TensorBoard shows scalars as the journal has them, the configuration and images',
  async () => {
    const [workspace, logdir] = [scratch(), scratch()];
    const run = await openRun({
      ...{ experiment: 'digits', runName: 'a/b', server: 'none', workspaceDir: workspace },
      runsDir: join(workspace, 'runs'),
    });
    run.logBytes('training:\n  epochs: 3\n', 'config.yaml');
    run.logBytes(png, 'figures/loss.png');
    const losses = [0.7303, 0.1335, 0.049];
    for (const [k, loss] of losses.entries()) {
      run.logMetrics({ 'train/loss': loss, 'val/accuracy': 1 - loss }, k + 1);
      // A writer for each epoch, as where a run is resumed.
      new EventFile(run.directory, logdir).update();
    }
    run.logImage('mistakes/val', 3, png);
    await run.end('FINISHED');
    new EventFile(run.directory, logdir).update();

    const board = await startTensorBoard(logdir);
    const name = `digits/a-b-${run.uuid.slice(0, 8)}`;
    await expect.poll(() => board('images/tags'), { timeout: 60_000 }).toHaveProperty([name, 'mistakes/val']);
    expect(Object.keys((await board('scalars/tags'))[name] as object)).toEqual(['train/loss', 'val/accuracy']);
    const shown = (await board(
      `scalars/scalars?run=${encodeURIComponent(name)}&tag=train%2Floss`,
    )) as unknown as number[][];
    expect(shown.map(([, step, value]) => [step, value])).toEqual(losses.map((loss, k) => [k + 1, Math.fround(loss)]));
    const texts = await board(`text/text?run=${encodeURIComponent(name)}&tag=config`);
    expect(JSON.stringify(texts)).toContain('epochs: 3');
    const images = await board(`images/images?run=${encodeURIComponent(name)}&tag=mistakes%2Fval&sample=0`);
    expect(images).toMatchObject([{ step: 3 }]);
    expect((await board('images/tags'))[name]).toHaveProperty(['figures/loss']);
  },
);

/** @returns what its page asks it, as `scalars/tags` */
async function startTensorBoard(logdir: string): Promise<(path: string) => Promise<Record<string, unknown>>> {
  const server = spawn(python!, ['-m', 'tensorboard.main', '--logdir', logdir, '--port', '0', '--load_fast', 'false'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void server.kill('SIGKILL'));
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`TensorBoard ended with ${code}:\n${said}`)));
    server.stderr.on('data', (part) => {
      said += String(part);
      const address = /http:\/\/localhost:(\d+)\//.exec(said);
      if (address) resolve(`http://127.0.0.1:${address[1]}/data/plugin`);
    });
  });
  return async (path) => {
    const response = await fetch(`${url}/${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  };
}
