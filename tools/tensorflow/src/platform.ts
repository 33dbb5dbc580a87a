import { GlyphlabError } from '@glyphlab/core';
import { type Variant, type Wheel, wheelFor } from './wheel.ts';

/** glibc's version, or undefined where the C library is another one (musl, macOS). */
export function glibcVersion(): string | undefined {
  const report = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return report.header.glibcVersionRuntime;
}

/** The wheels are built for glibc 2.27 (manylinux_2_27). */
const MIN_GLIBC_MINOR = 27;

/**
 * The wheel for this machine.
 * @throws GlyphlabError TENSORFLOW_UNSUPPORTED_PLATFORM
 */
export function requireSupported(
  variant: Variant,
  platform = process.platform,
  arch = process.arch,
  glibc = glibcVersion,
): Wheel {
  const wheel = wheelFor(variant, platform, arch);
  if (platform !== 'linux') return wheel;
  const version = glibc();
  const [major = 0, minor = 0] = version?.split('.').map(Number) ?? [];
  if (major > 2 || (major === 2 && minor >= MIN_GLIBC_MINOR)) return wheel;
  throw new GlyphlabError(
    'TENSORFLOW_UNSUPPORTED_PLATFORM',
    version
      ? `TensorFlow needs glibc 2.${MIN_GLIBC_MINOR} or later; this system has ${version}.`
      : 'TensorFlow needs glibc; this system (Alpine, for one) uses another C library.',
    { hint: 'Use a newer or a glibc-based Linux, as Debian or Ubuntu; or go on with the wasm backend.' },
  );
}
