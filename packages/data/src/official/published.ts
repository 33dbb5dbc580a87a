/** A published file. */
export interface OfficialFile {
  name: string;
  bytes: number;
  sha256: string;
  /** Of what the file unpacks to, where it is known: the same content may have been packed again. */
  contentSha256?: string;
}

/** A dataset that is published as four IDX files packed with gzip. */
export interface OfficialDataset {
  type: string;
  /** For people. */
  name: string;
  /** Where it is published; for people. */
  published: string;
  classNames: readonly string[];
  /** Addresses of directories that hold the files, tried in this order. */
  mirrors: readonly string[];
  /** Where packages of operating systems put the files. */
  systemDirectories: readonly string[];
  /** Where torchvision puts them, within the folder that it is given. */
  torchvisionDirectory: string;
  /** Whether each image is stored with rows and columns swapped. */
  transposed: boolean;
  files: Record<'trainImages' | 'trainLabels' | 'testImages' | 'testLabels', OfficialFile>;
}

const digits = [...'0123456789'];

/** The checksums belong to the files whose md5 LeCun's page and torchvision give. */
const mnist: OfficialDataset = {
  type: 'mnist',
  name: 'MNIST',
  published: 'http://yann.lecun.com/exdb/mnist/',
  classNames: digits,
  mirrors: ['https://ossci-datasets.s3.amazonaws.com/mnist/', 'https://storage.googleapis.com/cvdf-datasets/mnist/'],
  systemDirectories: [],
  torchvisionDirectory: 'MNIST/raw',
  transposed: false,
  files: {
    trainImages: {
      name: 'train-images-idx3-ubyte.gz',
      bytes: 9_912_422,
      sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
      contentSha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    },
    trainLabels: {
      name: 'train-labels-idx1-ubyte.gz',
      bytes: 28_881,
      sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
      contentSha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    },
    testImages: {
      name: 't10k-images-idx3-ubyte.gz',
      bytes: 1_648_877,
      sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
      contentSha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    },
    testLabels: {
      name: 't10k-labels-idx1-ubyte.gz',
      bytes: 4_542,
      sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
      contentSha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    },
  },
};

/** The checksums belong to the files whose md5 Zalando gives; Debian packs the same content again, without names. */
const fashionMnist: OfficialDataset = {
  type: 'fashion-mnist',
  name: 'Fashion-MNIST',
  published: 'https://github.com/zalandoresearch/fashion-mnist',
  classNames: [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ],
  mirrors: [
    'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
  ],
  systemDirectories: ['/usr/share/datasets/fashion-mnist'],
  torchvisionDirectory: 'FashionMNIST/raw',
  transposed: false,
  files: {
    trainImages: {
      name: 'train-images-idx3-ubyte.gz',
      bytes: 26_421_880,
      sha256: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
      contentSha256: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    },
    trainLabels: {
      name: 'train-labels-idx1-ubyte.gz',
      bytes: 29_515,
      sha256: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
      contentSha256: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    },
    testImages: {
      name: 't10k-images-idx3-ubyte.gz',
      bytes: 4_422_102,
      sha256: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      contentSha256: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    },
    testLabels: {
      name: 't10k-labels-idx1-ubyte.gz',
      bytes: 5_148,
      sha256: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
      contentSha256: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    },
  },
};

/**
 * NIST publishes one archive of all six EMNIST sets, 560 MB; the mirrors hold its files one by one, byte for byte.
 * The checksums agree between the file pointers of the second mirror and what others extracted from NIST's archive.
 */
const emnistBalanced: OfficialDataset = {
  type: 'emnist-balanced',
  name: 'EMNIST Balanced',
  published: 'https://www.nist.gov/itl/products-and-services/emnist-dataset (in its gzip.zip)',
  classNames: [...digits, ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ', ...'abdefghnqrt'],
  mirrors: [
    'https://huggingface.co/datasets/Heliosoph/EMNIST/resolve/main/',
    'https://media.githubusercontent.com/media/aurelienduarte/emnist/master/gzip/',
    'https://huggingface.co/datasets/Royc30ne/emnist-balanced/resolve/main/',
  ],
  systemDirectories: [],
  torchvisionDirectory: 'EMNIST/raw',
  transposed: true,
  files: {
    trainImages: {
      name: 'emnist-balanced-train-images-idx3-ubyte.gz',
      bytes: 28_207_740,
      sha256: '74295e75e4e9fa2c102147460ee7eb763653d5132d883a84fb88932bfb8d2db4',
    },
    trainLabels: {
      name: 'emnist-balanced-train-labels-idx1-ubyte.gz',
      bytes: 80_618,
      sha256: 'b46d41e5156a0a8aaaa4d18979fdd1588850fa8571018acffd5d93b325a7d6ed',
    },
    testImages: {
      name: 'emnist-balanced-test-images-idx3-ubyte.gz',
      bytes: 4_714_707,
      sha256: '117fc12b015e37ea98bfb2cbba3f77c3782c056cdbd219b87abfc8661d7135db',
    },
    testLabels: {
      name: 'emnist-balanced-test-labels-idx1-ubyte.gz',
      bytes: 13_504,
      sha256: 'a67cac948379b67270b9a4d0a01c8ec661598accf2f2b1964340b7c83cb175cd',
    },
  },
};

/** Every dataset of this form, by its type. */
export const officialDatasets: Readonly<Record<string, OfficialDataset>> = Object.fromEntries(
  [mnist, emnistBalanced, fashionMnist].map((dataset) => [dataset.type, dataset]),
);
