import { expect, test } from 'vitest';
import { requireSupported } from './platform.ts';

test.each([
  ['linux', 'x64', 'tensorflow-cpu', 'manylinux_2_27_x86_64'],
  ['linux', 'arm64', 'tensorflow', 'manylinux_2_27_aarch64'],
  ['darwin', 'arm64', 'tensorflow', 'macosx_12_0_arm64'],
])('%s on %s gets %s', (platform, arch, name, tag) => {
  const wheels = requireSupported('cpu', { platform, arch }, '2.36');
  expect(wheels.map((wheel) => [wheel.package, wheel.platforms])).toEqual([[name, [tag]]]);
  expect(wheels[0]!.sha256).toMatch(/^[0-9a-f]{64}$/);
});

test('CUDA comes as the build of PyPI’s tensorflow and the libraries of NVIDIA', () => {
  const [tensorFlow, ...cuda] = requireSupported('gpu', { platform: 'linux', arch: 'x64' }, '2.36');
  expect(tensorFlow!.package).toBe('tensorflow');
  expect(cuda.map((wheel) => wheel.package)).toContain('nvidia-cudnn-cu12');
  for (const { version, sha256 } of [tensorFlow!, ...cuda]) {
    expect(version).toMatch(/^==[\d.]+$/);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
});

test.each([
  ['Windows', 'cpu', 'win32', 'x64', null],
  ['a 32 bit processor', 'cpu', 'linux', 'arm', '2.36'],
  ['an Intel Mac', 'cpu', 'darwin', 'x64', null],
  ['musl', 'cpu', 'linux', 'x64', null],
  ['an old glibc', 'cpu', 'linux', 'x64', '2.17'],
  ['CUDA on a Mac', 'gpu', 'darwin', 'arm64', null],
] as const)('%s is not supported', (_, variant, platform, arch, glibc) => {
  expect(() => requireSupported(variant, { platform, arch }, glibc)).toThrow(
    expect.objectContaining({ code: 'TENSORFLOW_UNSUPPORTED_PLATFORM', hint: expect.any(String) as string }),
  );
});
