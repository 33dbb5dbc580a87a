/** Tag of a run: SHA-256 of the weights of its best epoch. */
export const WEIGHTS_TAG = 'glyphlab.weights';
