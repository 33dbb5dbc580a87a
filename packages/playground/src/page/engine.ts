import type { ImageShape } from '@glyphlab/core';
import type { io } from '@tensorflow/tfjs-core';
import { BACKENDS, type BackendName, hasGraphics } from './backends.ts';
import { type Answer, type Classifier, loadArtifacts, openClassifier } from './classifier.ts';

/** Below this no graphics processor answers sooner: its way there and back alone takes as long. */
const UNBEATABLE_MS = 3;
const TRIALS = 7;

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
  static async start(imageShape: ImageShape, wanted: BackendName | undefined): Promise<Engine> {
    const artifacts = await loadArtifacts();
    for (const name of wanted ? [wanted] : (['wasm', 'webgl', 'webgpu'] as const)) {
      const classifier = await openClassifier(name, artifacts, imageShape).catch(reported);
      if (!classifier) continue;
      const engine = new Engine(classifier, artifacts, imageShape);
      await engine.classify(engine.blank());
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
      const loser = milliseconds < this.milliseconds ? this.classifier : rival;
      if (loser !== rival) [this.classifier, this.milliseconds] = [rival, milliseconds];
      loser.dispose();
    }
  }

  private async time(classifier: Classifier): Promise<number> {
    const times: number[] = [];
    // The first two prepare what the later ones use again.
    for (let k = 0; k < TRIALS + 2; k++) {
      const start = performance.now();
      await classifier.classify(this.blank());
      if (k >= 2) times.push(performance.now() - start);
    }
    return times.sort((a, b) => a - b)[TRIALS >> 1]!;
  }

  private blank(): Uint8Array {
    return new Uint8Array(this.imageShape.reduce((size, side) => size * side));
  }
}

function reported(error: unknown): undefined {
  console.warn(error);
}
