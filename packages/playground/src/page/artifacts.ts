import type { io } from '@tensorflow/tfjs-core';
import { FILES } from '../page-data.ts';

/** The model's files, loaded once for all backends. */
export async function loadArtifacts(): Promise<io.ModelArtifacts> {
  const [json, weightData] = await Promise.all([
    fetch(FILES.model).then((response) => response.json() as Promise<io.ModelJSON>),
    fetch(FILES.weights).then((response) => response.arrayBuffer()),
  ]);
  return {
    modelTopology: json.modelTopology as object,
    weightSpecs: json.weightsManifest.flatMap(({ weights }) => weights),
    weightData,
  };
}
