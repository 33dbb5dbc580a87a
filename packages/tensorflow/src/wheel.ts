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

/** NVIDIA's libraries on PyPI, in the versions that `tensorflow[and-cuda]` 2.21 asks for. */
const cudaVersions: Readonly<Record<string, string>> = {
  cublas: '<13.0,>=12.5.3.2',
  'cuda-cupti': '<13.0,>=12.5.82',
  'cuda-nvcc': '<13.0,>=12.5.82',
  'cuda-nvrtc': '<13.0,>=12.5.82',
  'cuda-runtime': '<13.0,>=12.5.82',
  cudnn: '<10.0,>=9.3.0.75',
  cufft: '<12.0,>=11.2.3.61',
  curand: '<11.0,>=10.3.6.82',
  cusolver: '<12.0,>=11.6.3.83',
  cusparse: '<13.0,>=12.5.1.3',
  nccl: '<3.0,>=2.27.7',
  nvjitlink: '<13.0,>=12.5.82',
};

/** libtensorflow looks for them in `nvidia/` beside its own directory, which is where they are unpacked. */
const cudaWheels: readonly Wheel[] = Object.entries(cudaVersions).map(([name, version]) => ({
  package: `nvidia-${name}-cu12`,
  version,
  platforms: [27, 17, 12].map((minor) => `manylinux_2_${minor}_x86_64`).concat('manylinux2014_x86_64'),
  patterns: ['nvidia/*/lib/*', 'nvidia/*/bin/*', 'nvidia/*/nvvm/*'],
}));

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
