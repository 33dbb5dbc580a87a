import { progressPrinter } from '@glyphlab/core';
import { ExitCode, runThisProgram } from '@glyphlab/core/command-line';
import { Command } from 'commander';
import { describeDiagnosis, describeFindings, diagnose } from './doctor.ts';
import { installTensorFlow } from './install.ts';
import { locateTensorFlow } from './installation.ts';
import { ROOM } from './wheel.ts';

const environment = `
Environment:
  GLYPHLAB_CACHE_DIR   where it is kept (default: ~/.cache/glyphlab)
  GLYPHLAB_WEBGPU      options of Dawn for WebGPU, such as backend=vulkan
  CXX                  the C++ compiler (default: g++, clang++ or c++, whichever is found first)
  PIP_…                pip's own settings: index, proxy, certificates

Examples:
  npx @glyphlab/tensorflow install
  GLYPHLAB_CACHE_DIR=/data/cache npx @glyphlab/tensorflow install
  npx @glyphlab/tensorflow doctor --gpu
`;

const GPU = `the CUDA build instead (Linux x64, an NVIDIA GPU; ${ROOM.gpu}; not tried on a GPU yet)`;

async function install({ gpu }: { gpu?: boolean }, signal: AbortSignal): Promise<void> {
  const variant = gpu ? 'gpu' : 'cpu';
  const present = locateTensorFlow(variant);
  const { dir } = present ?? (await installTensorFlow({ variant, ...progressPrinter(), signal }));
  if (present) console.log(`Native TensorFlow is already there: ${dir}`);
}

async function doctor({ gpu, webgpu }: { gpu?: boolean; webgpu?: boolean }): Promise<ExitCode> {
  if (webgpu) {
    const { diagnoseWebGpu, webGpuVerdict } = await import('./doctor-webgpu.ts');
    const findings = await diagnoseWebGpu();
    console.log(`${describeFindings(findings)}\n\n${webGpuVerdict(findings)}`);
    return findings.every(({ ok }) => ok) ? ExitCode.done : ExitCode.failed;
  }
  const diagnosis = await diagnose(gpu ? 'gpu' : 'cpu');
  console.log(describeDiagnosis(diagnosis));
  return diagnosis.native ? ExitCode.done : ExitCode.failed;
}

await runThisProgram(({ interrupted, setExitCode }) => {
  const program = new Command('tensorflow').description(
    "Native TensorFlow for training: PyPI's libtensorflow under tfjs-node, once per machine.",
  );
  program
    .command('install')
    .description(`Download and build it (${ROOM.cpu}).`)
    .option('--gpu', GPU)
    .addHelpText('after', environment)
    .action((options: { gpu?: boolean }) => install(options, interrupted));
  program
    .command('doctor')
    .description('Say what is there and what is missing; the exit code is 0 if training runs natively.')
    .option('--gpu', GPU)
    .option('--webgpu', "the graphics adapters that WebGPU finds instead (experimental; needs npm's webgpu)")
    .addHelpText('after', environment)
    .action(async (options: { gpu?: boolean; webgpu?: boolean }) => setExitCode(await doctor(options)));
  return program;
});
