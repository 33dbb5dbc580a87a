import { GlyphlabError } from '@glyphlab/core';

/** The TensorFlow release whose C library the binding is built against. */
export const TENSORFLOW_VERSION = '2.21.0';

/** `gpu` takes the CUDA 12 build of PyPI's `tensorflow` and its NVIDIA libraries; it exists on Linux x64 only. */
export type Variant = 'cpu' | 'gpu';

/** A file on PyPI that holds libtensorflow and the C headers. */
export interface Wheel {
  /** Name on PyPI. */
  package: string;
  /** pip's platform tag. */
  platform: string;
  sha256: string;
  /** Size of the download, where known; for progress only. */
  bytes?: number;
}

/**
 * libtensorflow is the same whatever Python a wheel was made for, so one wheel a platform serves every Python, older and
 * newer: pip is asked for this one, not for that of the Python it runs on.
 */
export const WHEEL_PYTHON = '3.12';

const wheels: Readonly<Record<string, Wheel>> = {
  'linux-x64-cpu': {
    package: 'tensorflow-cpu',
    platform: 'manylinux_2_27_x86_64',
    sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
    bytes: 274_000_871,
  },
  'linux-x64-gpu': {
    package: 'tensorflow',
    platform: 'manylinux_2_27_x86_64',
    sha256: 'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
  },
  'linux-arm64-cpu': {
    package: 'tensorflow',
    platform: 'manylinux_2_27_aarch64',
    sha256: 'b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552',
  },
  'darwin-arm64-cpu': {
    package: 'tensorflow',
    platform: 'macosx_12_0_arm64',
    sha256: '56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712',
  },
};

/** The wheel for a machine, or undefined if PyPI has none. */
export const findWheel = (variant: Variant, platform: string, arch: string): Wheel | undefined =>
  wheels[`${platform}-${arch}-${variant}`];

/** The wheel for a machine. @throws GlyphlabError TENSORFLOW_UNSUPPORTED_PLATFORM if PyPI has none. */
export function wheelFor(variant: Variant, platform: string = process.platform, arch: string = process.arch): Wheel {
  const wheel = findWheel(variant, platform, arch);
  if (wheel) return wheel;
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
