import { percent } from '@glyphlab/core';
import wasmSimdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { chosenNetwork } from './choice.ts';
import { loadArtifacts } from './classifier.ts';
import { type Content, History, isEmpty, NOTHING } from './content.ts';
import { element, make } from './element.ts';
import { showExamples } from './examples.ts';
import { keepPictures } from './keep.ts';
import { Pad } from './pad.ts';
import { PageSamples } from './page-samples.ts';
import { readFile, takePictures } from './read-file.ts';
import { AnswerView, showNeighbours, showSeen } from './show-answer.ts';
import { toPixels, withStroke } from './to-pixels.ts';

// The network and what runs it are fetched side by side, and beside everything else.
const query = new URLSearchParams(location.search);
const first = query.has('model') ? undefined : loadArtifacts('');
const engineCode = import('./engine.ts');
void import('@tensorflow/tfjs-backend-wasm').catch(() => undefined);
document.head.append(make('link', { rel: 'preload', as: 'fetch', crossOrigin: 'anonymous', href: wasmSimdUrl }));
const { folder, page } = await chosenNetwork(query);
const artifacts = first ?? loadArtifacts(folder);
const wanted = (['wasm', 'webgl', 'webgpu'] as const).find((name) => name === query.get('backend'));
const engine = engineCode.then(({ Engine }) => Engine.start(artifacts, page.imageShape, wanted));

const kind = page.classNames.every((name) => /^\d$/.test(name))
  ? 'a digit'
  : page.classNames.every((name) => name.length === 1)
    ? 'a character'
    : '';
element('prompt').querySelector('b')!.textContent = kind ? `Draw ${kind} here` : 'Draw here';
const accuracy = page.accuracy === undefined ? [] : [`${percent(page.accuracy, 1)} on its test`];
element('model').textContent = [page.name, page.dataset, ...accuracy].join(' · ');

const history = new History();
const answer = new AnswerView(page);
const offerToKeep = keepPictures(page);
let samples: PageSamples | undefined;
let markExample: (sample: number | undefined) => void = () => undefined;

const respond = latestOnly(async (content: Content) => {
  const start = performance.now();
  const pixels = toPixels(content, page, samples);
  showSeen(page, pixels);
  // What an image of the data is, is known.
  offerToKeep(content.kind === 'sample' ? undefined : pixels);
  const result = pixels && (await (await engine).classify(pixels));
  answer.show(result?.probabilities);
  if (samples) showNeighbours(samples, result?.features);
  performance.clearMeasures('answer');
  performance.measure('answer', { start });
});

function show(content: Content): void {
  pad.show(content);
  element('prompt').hidden = !isEmpty(content);
  respond(content);
}

/** Shows what is now the current step, and says so. */
function settle(message = ''): void {
  show(history.current);
  answer.speak();
  element('message').textContent = message;
  element<HTMLButtonElement>('undo').disabled = !history.canUndo;
  element<HTMLButtonElement>('clear').disabled = isEmpty(history.current);
  markExample(history.current.kind === 'sample' ? history.current.sample : undefined);
}

function step(content: Content, message?: string): void {
  history.add(content);
  settle(message);
}

const pad = new Pad(element<HTMLCanvasElement>('pad'), () => samples, {
  onDraw: (stroke) => show(withStroke(history.current, stroke)),
  onStroke: (stroke) => step(withStroke(history.current, stroke)),
});

const undo = () => {
  history.undo();
  settle();
};
const clear = () => {
  if (!isEmpty(history.current)) step(NOTHING);
};
element('undo').addEventListener('click', undo);
element('clear').addEventListener('click', clear);
document.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'z') undo();
  else if (event.key === 'Delete' || event.key === 'Backspace') clear();
  else return;
  event.preventDefault();
});

takePictures(async (file) => {
  try {
    const content = await readFile(file, page);
    step(content, content.kind === 'picture' ? content.picture.warnings.map(({ message }) => message).join(' ') : '');
  } catch (error) {
    element('message').textContent = (error as Error).message;
  }
});

settle();
if (page.samples) {
  samples = await PageSamples.load(page, page.samples, folder);
  markExample = showExamples(samples, (sample) => step({ kind: 'sample', sample }));
  respond(history.current);
}

const status = element('engine');
try {
  const ready = await engine;
  const { startTime: readyMs } = performance.mark('first-prediction');
  await ready.settle(wanted !== undefined);
  const time = ready.milliseconds < 10 ? ready.milliseconds.toFixed(1) : ready.milliseconds.toFixed(0);
  status.textContent = `${ready.title} · ${time} ms a prediction · ready ${(readyMs / 1000).toFixed(2)} s after opening`;
  document.documentElement.dataset['ready'] = ready.title;
} catch (error) {
  status.textContent = (error as Error).message;
}

/**
 * Runs work for the newest input only: what comes while it runs waits, and gives way to what comes after it. So a drawing is
 * never ahead of its answer by more than one.
 */
function latestOnly<T>(work: (input: T) => Promise<void>): (input: T) => void {
  let next: { input: T } | undefined;
  let running = false;
  const run = async () => {
    running = true;
    while (next) {
      const { input } = next;
      next = undefined;
      // What goes wrong with one input is told to the console, and need not go wrong with the next.
      await work(input).catch(reportError);
      // The browser paints, and takes in what was drawn meanwhile.
      await new Promise(requestAnimationFrame);
    }
    running = false;
  };
  return (input) => {
    next = { input };
    if (!running) void run();
  };
}
