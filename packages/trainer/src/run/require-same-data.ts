import { type Dataset } from '@glyphlab/data';
import { InputError } from '@glyphlab/core';
import { readRun } from '@glyphlab/tracking';
import { datasetRecord } from '../report/dataset-record.ts';

/**
 * Another split would put images that the network has learnt from into the test. What the run logged of its data says which it was,
 * also in runs of earlier releases.
 *
 * @throws InputError if an image or label of a part is another than when the run was trained
 */
export function requireSameData(runDirectory: string, dataset: Dataset): void {
  const logged = readRun(runDirectory)?.datasets ?? [];
  const differing = (['train', 'val', 'test'] as const).flatMap((context) => {
    const before = logged.findLast((part) => part.context === context);
    if (before?.digest === undefined || before.digest === datasetRecord(dataset, context).digest) return [];
    const { size } = dataset[context];
    return [
      before.numImages === size
        ? `${context} has other images`
        : `${context} had ${before.numImages} images and has ${size}`,
    ];
  });
  if (differing.length === 0) return;
  throw new InputError(
    'RESUME_DATA_DIFFERS',
    `${dataset.source} is not what the run was trained on: ${differing.join(', ')}. Images it has learnt from could be tested on.`,
    { where: '--resume', hint: 'Bring back what was added, changed or removed since, or start a new run.' },
  );
}
