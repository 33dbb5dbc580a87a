import type { Wheel } from './wheel.ts';

/** NVIDIA's libraries on PyPI, in the versions that `tensorflow[and-cuda]` 2.21 asks for. */
const versions: Readonly<Record<string, string>> = {
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
export const cudaWheels: readonly Wheel[] = Object.entries(versions).map(([name, version]) => ({
  package: `nvidia-${name}-cu12`,
  version,
  platforms: [27, 17, 12].map((minor) => `manylinux_2_${minor}_x86_64`).concat('manylinux2014_x86_64'),
  patterns: ['nvidia/*/lib/*', 'nvidia/*/bin/*', 'nvidia/*/nvvm/*'],
}));
