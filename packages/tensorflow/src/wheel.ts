import { GlyphlabError } from '@glyphlab/core';
import type { Wheel } from '@glyphlab/python';

/** The TensorFlow release whose C library the binding is built against. */
export const TENSORFLOW_VERSION = '2.21.0';

/** `gpu` takes the CUDA 12 build of PyPI's `tensorflow` and NVIDIA's libraries; it exists on Linux x64 only. */
export type Variant = 'cpu' | 'gpu';

/** The libraries and the C headers; the wheel's other 13,000 headers are for C++. */
const tensorFlowPatterns = [
  'tensorflow/libtensorflow*',
  'tensorflow/include/tensorflow/c/*.h',
  'tensorflow/include/tensorflow/core/platform/*.h',
  'tensorflow/include/tsl/platform/*.h',
  'tensorflow/include/xla/tsl/c/*.h',
];

const tensorFlow = (name: string, platform: string, sha256: string): Wheel => ({
  package: name,
  version: `==${TENSORFLOW_VERSION}`,
  platforms: [platform],
  sha256,
  patterns: tensorFlowPatterns,
});

/**
 * NVIDIA's libraries on PyPI: of the versions that `tensorflow[and-cuda]` 2.21 allows, those that pip chose on 27 November 2026. They were
 * not tried on a GPU.
 */
const cudaFiles: Readonly<Record<string, readonly [version: string, sha256: string]>> = {
  cublas: ['12.9.3.13', 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72'],
  'cuda-cupti': ['12.8.90', 'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182'],
  'cuda-nvcc': ['12.9.86', '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0'],
  'cuda-nvrtc': ['12.9.86', '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4'],
  'cuda-runtime': ['12.9.79', '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3'],
  cudnn: ['9.28.0.42', '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375'],
  cufft: ['11.4.1.4', 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28'],
  curand: ['10.3.10.19', '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e'],
  cusolver: ['11.7.5.82', '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88'],
  cusparse: ['12.5.10.65', '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78'],
  nccl: ['2.32.3', 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c'],
  nvjitlink: ['12.9.86', 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9'],
};

/** libtensorflow looks for them in `nvidia/` beside its own directory, which is where they are unpacked. */
const cudaWheels: readonly Wheel[] = Object.entries(cudaFiles).map(([name, [version, sha256]]) => ({
  package: `nvidia-${name}-cu12`,
  version: `==${version}`,
  sha256,
  platforms: [27, 17, 12].map((minor) => `manylinux_2_${minor}_x86_64`).concat('manylinux2014_x86_64'),
  patterns: ['nvidia/*/lib/*', 'nvidia/*/bin/*', 'nvidia/*/nvvm/*'],
}));

/** What downloading and keeping takes. */
export const ROOM: Readonly<Record<Variant, string>> = {
  cpu: '274 MB to download, 850 MB on disk',
  gpu: '3.4 GB to download, 9 GB on disk while it is unpacked',
};

/** The checksums are those PyPI publishes for the files of Python 3.12. */
const wheels: Readonly<Record<string, readonly Wheel[]>> = {
  'linux-x64-cpu': [
    tensorFlow(
      'tensorflow-cpu',
      'manylinux_2_27_x86_64',
      'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
    ),
  ],
  'linux-x64-gpu': [
    tensorFlow(
      'tensorflow',
      'manylinux_2_27_x86_64',
      'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
    ),
    ...cudaWheels,
  ],
  'linux-arm64-cpu': [
    tensorFlow(
      'tensorflow',
      'manylinux_2_27_aarch64',
      'b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552',
    ),
  ],
  'darwin-arm64-cpu': [
    tensorFlow('tensorflow', 'macosx_12_0_arm64', '56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712'),
  ],
};

/** What to get for a machine. @throws GlyphlabError TENSORFLOW_UNSUPPORTED_PLATFORM if PyPI has nothing for it. */
export function wheelsFor(variant: Variant, platform: string, arch: string): readonly Wheel[] {
  const found = wheels[`${platform}-${arch}-${variant}`];
  if (found) return found;
  const what = variant === 'gpu' ? 'TensorFlow with CUDA' : 'native TensorFlow';
  throw new GlyphlabError(
    'TENSORFLOW_UNSUPPORTED_PLATFORM',
    `There is no ${what} ${TENSORFLOW_VERSION} for ${platform} on ${arch}.`,
    {
      hint:
        variant === 'gpu'
          ? 'CUDA needs Linux on x64. Elsewhere use the backend "tensorflow" or "wasm".'
          : 'It exists for Linux (x64, arm64) and macOS (arm64). On Windows use WSL; elsewhere the wasm backend.',
    },
  );
}
