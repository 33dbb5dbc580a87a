/** What the searches draw from, in the words of sets. Networks are of one size, so that an epoch costs the same in all trials. */
export const space = {
  learningRate: { logUniform: [0.001, 3] },
  momentum: { uniform: [0, 0.98] },
  weightDecay: { logUniform: [0.000001, 0.1] },
  batchSize: { choice: [64, 128, 256] },
  dropout: { uniform: [0, 0.6] },
  warmupFraction: { uniform: [0.05, 0.6] },
};

/** Of one trial that is not stopped. */
export const EPOCHS = 2;

/** What was drawn, as tables show it, by key. */
export type Values = Readonly<Record<string, string>>;
