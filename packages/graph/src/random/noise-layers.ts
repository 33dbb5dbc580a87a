import * as tf from '@tensorflow/tfjs';
import { currentStepRandom, type StepRandom } from './step-random.ts';

type Call = tf.layers.Layer['call'];
type Rated = tf.layers.Layer & { rate: number };
interface Dropout extends Rated {
  /** Nothing where each value has a flag of its own. */
  getNoiseShape(x: tf.Tensor): number[] | null | undefined;
}

/** tfjs-layers' cells of recurrent layers; those of `RNN` may be several in `cells`. */
interface Cell {
  dropout?: number;
  dropoutFunc?: (x: tf.Tensor, rate: number) => tf.Tensor;
  cells?: Cell[];
  dropoutMask?: tf.Tensor | tf.Tensor[] | null;
  recurrentDropoutMask?: tf.Tensor | tf.Tensor[] | null;
}

type Recurrent = tf.layers.Layer & { cell: Cell };

/** Layers that hand their input on to others. */
interface Wrapper extends tf.layers.Layer {
  layer: tf.layers.Layer;
  forwardLayer: tf.layers.Layer;
  backwardLayer: tf.layers.Layer;
}

/** Where a flag is 1 with probability `1 − rate`, else 0. */
const keptFlags = (random: StepRandom, shape: readonly number[], rate: number): tf.Tensor =>
  tf.cast(tf.less(random.uniform(shape), 1 - rate), 'float32');

/** Dropout: `x · flag / (1 − rate)` (Srivastava et al. 2014, "Dropout"; scaled in training as in Keras). */
function dropout(random: StepRandom, x: tf.Tensor, rate: number, shape: readonly number[] = x.shape): tf.Tensor {
  return tf.mul(x, tf.mul(keptFlags(random, shape, rate), 1 / (1 - rate)));
}

/** Additive Gaussian noise: `x + N(0, stddev)` (Keras `GaussianNoise`). */
const gaussianNoise = (random: StepRandom, x: tf.Tensor, stddev: number): tf.Tensor =>
  tf.add(x, tf.mul(random.normal(x.shape), stddev));

/** Multiplicative Gaussian noise: `x · N(1, √(rate / (1 − rate)))` (Srivastava et al. 2014, §10). */
const gaussianDropout = (random: StepRandom, x: tf.Tensor, rate: number): tf.Tensor =>
  tf.mul(x, tf.add(tf.mul(random.normal(x.shape), Math.sqrt(rate / (1 - rate))), 1));

/** Limit of SELU for very negative inputs, `−λα` (Klambauer et al. 2017, "Self-Normalizing Neural Networks"). */
const SELU_LIMIT = -1.0507009873554805 * 1.6732632423543772;

/**
 * Alpha dropout: `a·(x·flag + α′·(1 − flag)) + b` with `α′ = −λα`, `a = (q + α′²q(1 − q))^−½`, `b = −a(1 − q)α′`, `q = 1 − rate`,
 * which keeps mean 0 and variance 1 (Klambauer et al. 2017, "New Dropout Technique").
 */
function alphaDropout(random: StepRandom, x: tf.Tensor, rate: number, shape: readonly number[]): tf.Tensor {
  const kept = keptFlags(random, shape, rate);
  const q = 1 - rate;
  const a = (q + SELU_LIMIT ** 2 * q * rate) ** -0.5;
  const saturated = tf.mul(tf.sub(1, kept), SELU_LIMIT);
  return tf.add(tf.mul(tf.add(tf.mul(x, kept), saturated), a), -a * rate * SELU_LIMIT);
}

/** In a training step what `noisy` makes of the input; else, and where there is no noise to add, what tfjs-layers does. */
function seeded(layer: tf.layers.Layer, isOn: boolean, noisy: (random: StepRandom, x: tf.Tensor) => tf.Tensor): void {
  const slow: Call = layer.call;
  layer.call = (inputs, kwargs) => {
    const random = currentStepRandom();
    if (!kwargs['training'] || !isOn || !random) return slow.call(layer, inputs, kwargs);
    return tf.tidy(() => noisy(random, Array.isArray(inputs) ? inputs[0]! : inputs));
  };
}

/**
 * Recurrent layers multiply by one mask at all time steps, input and state each by theirs (Gal & Ghahramani 2016, "A Theoretically
 * Grounded Application of Dropout in Recurrent Neural Networks"); here the masks come from the step's random source.
 */
function seedCell(cell: Cell): void {
  cell.cells?.forEach(seedCell);
  if (cell.dropout === undefined) return;
  cell.dropoutFunc ??= (ones, rate) => {
    const random = currentStepRandom();
    return random ? dropout(random, ones, rate) : tf.dropout(ones, rate);
  };
}

/** Forgets the masks of the last call. `LSTM` and its like do that by themselves; `RNN` would use its first masks for ever. */
function forgetMasks(cell: Cell): void {
  cell.cells?.forEach(forgetMasks);
  tf.dispose([cell.dropoutMask ?? [], cell.recurrentDropoutMask ?? []]);
  cell.dropoutMask = null;
  cell.recurrentDropoutMask = null;
}

/** Makes a layer, and those that it wraps, draw their random numbers, if they are of those that do, from the step's source instead of from JavaScript. */
export function seedNoise(layer: tf.layers.Layer): void {
  const { rate } = layer as Rated;
  const isOn = rate > 0 && rate < 1;
  switch (layer.getClassName()) {
    case 'Dropout':
    case 'SpatialDropout1D':
      seeded(layer, isOn, (random, x) => dropout(random, x, rate, (layer as Dropout).getNoiseShape(x) ?? x.shape));
      break;
    case 'GaussianNoise': {
      const { stddev } = layer as tf.layers.Layer & { stddev: number };
      seeded(layer, true, (random, x) => gaussianNoise(random, x, stddev));
      break;
    }
    case 'GaussianDropout':
      seeded(layer, isOn, (random, x) => gaussianDropout(random, x, rate));
      break;
    case 'AlphaDropout': {
      const { noiseShape } = layer as Rated & { noiseShape?: number[] };
      seeded(layer, isOn, (random, x) => alphaDropout(random, x, rate, noiseShape ?? x.shape));
      break;
    }
    case 'SimpleRNN':
    case 'GRU':
    case 'LSTM':
    case 'ConvLSTM2D':
      seedCell((layer as Recurrent).cell);
      break;
    case 'RNN': {
      const { cell } = layer as Recurrent;
      seedCell(cell);
      const slow: Call = layer.call;
      layer.call = (inputs, kwargs) => {
        forgetMasks(cell);
        return slow.call(layer, inputs, kwargs);
      };
      break;
    }
    case 'TimeDistributed':
      seedNoise((layer as Wrapper).layer);
      break;
    case 'Bidirectional':
      // Its `layer` is what these two were made from, and never runs.
      seedNoise((layer as Wrapper).forwardLayer);
      seedNoise((layer as Wrapper).backwardLayer);
      break;
    case 'Sequential':
    case 'Model':
    case 'Functional':
      (layer as tf.LayersModel).layers.forEach(seedNoise);
  }
}
