import { type InstallOptions, installPinned, type PinnedEnvironment, pythonTensorFlow } from '@glyphlab/python';
import type { PeerName } from './contestants.ts';

/** The script of each peer was written for this version. */
const environments: Partial<Record<PeerName, PinnedEnvironment>> = {
  pytorch: { directory: 'bench/pytorch-2.15.0', packages: ['torch==2.15.0', 'numpy'], room: '6 GB' },
  keras: pythonTensorFlow,
};

/**
 * The interpreter of a peer's own Python environment, which is made if it is not there yet.
 * @returns undefined for a peer that needs none
 * @throws GlyphlabError PYTHON_INSTALL_FAILED
 */
export async function peerPython(peer: PeerName, options: InstallOptions): Promise<string | undefined> {
  const environment = environments[peer];
  return environment && installPinned(environment, options);
}
