import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import { DataError, type Predictions } from '@glyphlab/core';
import { fromText, toText } from './stored-predictions.ts';

/** Artifact of a run of a cross-validation: what its network said of the images of the fold that was held out. */
export const OUT_OF_FOLD_FILE = 'predictions/out-of-fold.json.gz';

interface FileContent {
  version: 1;
  classNames: readonly string[];
  /** Base64 of little-endian uint16; probabilities, [size, classes], in steps of 1/65535. */
  labels: string;
  probabilities: string;
}

/** All probabilities, two bytes each before compression. */
export function encodeProbabilities({ labels, probabilities, classNames }: Predictions): Promise<Uint8Array> {
  const content: FileContent = {
    version: 1,
    classNames,
    labels: toText(Uint16Array.from(labels)),
    probabilities: toText(Uint16Array.from(probabilities, (p) => Math.round(65_535 * Math.min(1, p)))),
  };
  return promisify(gzip)(JSON.stringify(content));
}

/** @throws DataError if the bytes are no such file */
export function decodeProbabilities(bytes: Uint8Array): Predictions {
  try {
    const content = JSON.parse(gunzipSync(bytes).toString()) as FileContent;
    if (content.version !== 1) throw new TypeError(`version ${String(content.version)}`);
    return {
      classNames: content.classNames,
      labels: fromText(content.labels),
      probabilities: Float32Array.from(fromText(content.probabilities), (value) => value / 65_535),
    };
  } catch (cause) {
    throw new DataError('PREDICTIONS_DAMAGED', 'The stored predictions cannot be read.', {
      where: OUT_OF_FOLD_FILE,
      cause,
    });
  }
}
