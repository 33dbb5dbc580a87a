import type { Dataset } from '@glyphlab/data';
import { drawMistakes, evaluatePredictions } from '@glyphlab/evaluation';
import type { TrackedRun } from '@glyphlab/tracking';
import type { Learner } from '@glyphlab/training';
import { terminal } from '../project/terminal.ts';

const KEY = 'val/mistakes';
/** About square, as the place that MLflow has for an image, and drawn in a twentieth of a second. */
const [ROWS, COLUMNS] = [4, 6];

/**
 * Shows how the mistakes on the validation split change: after some epochs those with the highest loss, as images that MLflow
 * shows with a slider over the epochs. They are drawn beside the next epoch, mostly on other threads.
 */
export class MistakePanels {
  readonly #run: TrackedRun;
  readonly #dataset: Dataset;
  readonly #epochs: number;
  readonly #most: number;
  #drawn = Promise.resolve();

  /** @param most after how many epochs at most, the planned last one among them; 0: never */
  constructor(run: TrackedRun, dataset: Dataset, epochs: number, most: number) {
    this.#run = run;
    this.#dataset = dataset;
    this.#epochs = epochs;
    this.#most = most;
  }

  /** What the first weights do on a few images: MLflow's slider stands at step 0 at first, and would show nothing. */
  async beforeTraining(learner: Pick<Learner, 'validate' | 'valProbabilities'>, batchSize: number): Promise<void> {
    if (this.#most === 0) return;
    const { val, classNames } = this.#dataset;
    await learner.validate(undefined, batchSize);
    const length = Math.min(batchSize, val.size) * classNames.length;
    this.#draw(0, 'before training', learner.valProbabilities.subarray(0, length));
  }

  /** @param probabilities of the validation split, [val size, classes]; read before this returns */
  onEpochEnd(epoch: number, probabilities: Float32Array): void {
    if (isShown(epoch, this.#epochs, this.#most)) this.#draw(epoch, `after epoch ${epoch}`, probabilities);
  }

  /** Waits for the last panel. */
  drawn(): Promise<void> {
    return this.#drawn;
  }

  #draw(step: number, when: string, probabilities: Float32Array): void {
    const { val, imageShape, classNames } = this.#dataset;
    const draw = async (): Promise<void> => {
      const labels = val.labels.subarray(0, probabilities.length / classNames.length);
      const results = evaluatePredictions({ labels, probabilities, classNames }, { maxMistakes: ROWS * COLUMNS });
      const title = `Worst mistakes on validation ${when}`;
      const panel = drawMistakes(results, { pixels: val.images, imageShape }, { title, columns: COLUMNS });
      const [png] = await Promise.all([panel, this.#drawn]);
      this.#run.logImage(KEY, step, png);
    };
    this.#drawn = draw().catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      terminal.onMessage(`The mistakes ${when} could not be drawn: ${reason}`);
    });
  }
}

/** Whether an epoch is one of at most `most` that are evenly spread and end with the last. */
export const isShown = (epoch: number, epochs: number, most: number): boolean =>
  most > 0 && (epochs - epoch) % Math.ceil(epochs / most) === 0;
