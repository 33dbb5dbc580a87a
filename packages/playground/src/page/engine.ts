import type { ImageShape } from '@glyphlab/core';
import type { io } from '@tensorflow/tfjs-core';
import { BACKENDS, type BackendName, hasGraphics, startBackend } from './backends.ts';
import { type Answer, type Classifier, openClassifier } from './classifier.ts';

/** Below this no graphics processor answers sooner: its way there and back alone takes as long. */
const UNBEATABLE_MS = 3;
const TRIALS = 7;
/** By how much probabilities of one image may differ between backends. */
const TOLERANCE = 1e-3;

/** Answers with the fastest backend that works here: WebAssembly, which is there first, until another has proved faster. */
export class Engine {
  /** Of the backend in use, the median of some predictions. */
  milliseconds = NaN;
  private readonly artifacts: io.ModelArtifacts;
  private readonly imageShape: ImageShape;
  private classifier: Classifier;

  private constructor(classifier: Classifier, artifacts: io.ModelArtifacts, imageShape: ImageShape) {
    this.classifier = classifier;
    this.artifacts = artifacts;
    this.imageShape = imageShape;
  }

  /** @param wanted the only backend to use; default: whichever works, WebAssembly first */
  static async start(
    loading: Promise<io.ModelArtifacts>,
    imageShape: ImageShape,
    wanted: BackendName | undefined,
  ): Promise<Engine> {
    // The backend comes in while the model does.
    const [artifacts] = await Promise.all([loading, startBackend(wanted ?? 'wasm').catch(reported)]);
    for (const name of wanted ? [wanted] : (['wasm', 'webgl', 'webgpu'] as const)) {
      const classifier = await openClassifier(name, artifacts, imageShape).catch(reported);
      if (!classifier) continue;
      const engine = new Engine(classifier, artifacts, imageShape);
      await engine.classify(engine.trial());
      return engine;
    }
    throw new Error('The network cannot be run in this browser: it needs WebAssembly, WebGL or WebGPU.');
  }

  get title(): string {
    return BACKENDS[this.classifier.backend].title;
  }

  classify(pixels: Uint8Array): Promise<Answer> {
    return this.classifier.classify(pixels);
  }

  /** Measures the backend in use, and tries the others if they may be faster. */
  async settle(onlyThis: boolean): Promise<void> {
    this.milliseconds = await this.time(this.classifier);
    for (const name of ['webgpu', 'webgl'] as const) {
      if (onlyThis || this.milliseconds < UNBEATABLE_MS || name === this.classifier.backend) continue;
      if (!(await hasGraphics(name))) continue;
      const rival = await openClassifier(name, this.artifacts, this.imageShape).catch(reported);
      if (!rival) continue;
      const milliseconds = await this.time(rival);
      const better = milliseconds < this.milliseconds && (await this.agreesWith(rival));
      const loser = better ? this.classifier : rival;
      if (loser !== rival) [this.classifier, this.milliseconds] = [rival, milliseconds];
      loser.dispose();
    }
  }

  private async time(classifier: Classifier): Promise<number> {
    const times: number[] = [];
    // The first two prepare what the later ones use again.
    for (let k = 0; k < TRIALS + 2; k++) {
      const start = performance.now();
      await classifier.classify(this.trial());
      if (k >= 2) times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b)[TRIALS >> 1]!;
  }

  /** A driver may compute fast, and wrong. */
  private async agreesWith(rival: Classifier): Promise<boolean> {
    const [ours, theirs] = [await this.classify(this.trial()), await rival.classify(this.trial())];
    return ours.probabilities.every((p, i) => Math.abs(p - theirs.probabilities[i]!) < TOLERANCE);
  }

  /** A slanting stroke. */
  private trial(): Uint8Array {
    const [height, width, channels] = this.imageShape;
    return Uint8Array.from({ length: height * width * channels }, (_, i) => {
      const [x, y] = [Math.floor(i / channels) % width, Math.floor(i / channels / width)];
      return Math.abs(x / width + y / height - 1) < 0.1 ? 255 : 0;
    });
  }
}

function reported(error: unknown): undefined {
  console.warn(error);
}
