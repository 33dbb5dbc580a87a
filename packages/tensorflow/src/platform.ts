import { GlyphlabError } from '@glyphlab/core';
import type { Wheel } from '@glyphlab/python';
import { type Variant, wheelsFor } from './wheel.ts';

/** glibc's version, or null where the C library is another one (musl, macOS). */
export function glibcVersion(): string | null {
  const report = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return report.header.glibcVersionRuntime ?? null;
}

/** The wheels are built for glibc 2.27 (manylinux_2_27). */
const MIN_GLIBC_MINOR = 27;

/**
 * What to get for this machine.
 * @throws GlyphlabError TENSORFLOW_UNSUPPORTED_PLATFORM
 */
export function requireSupported(
  variant: Variant,
  { platform, arch }: { platform: string; arch: string } = process,
  glibc: string | null = platform === 'linux' ? glibcVersion() : null,
): readonly Wheel[] {
  const wheels = wheelsFor(variant, platform, arch);
  if (platform !== 'linux') return wheels;
  const [major = 0, minor = 0] = glibc?.split('.').map(Number) ?? [];
  if (major > 2 || (major === 2 && minor >= MIN_GLIBC_MINOR)) return wheels;
  throw new GlyphlabError(
    'TENSORFLOW_UNSUPPORTED_PLATFORM',
    glibc
      ? `TensorFlow needs glibc 2.${MIN_GLIBC_MINOR} or later; this system has ${glibc}.`
      : 'TensorFlow needs glibc; this system (Alpine, for one) uses another C library.',
    { hint: 'Use a newer or a glibc-based Linux, such as Debian or Ubuntu, or use the wasm backend.' },
  );
}
