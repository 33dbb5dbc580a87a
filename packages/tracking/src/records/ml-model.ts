import { join } from 'node:path';
import { stringify } from 'yaml';
import { placeFile } from '../run-files.ts';
import { tensorSpecsJson, type ModelSignature } from './signature.ts';

export interface MlModel {
  /** As `{ onnx: { data: 'model.onnx' } }`: what can load the model, and how. */
  flavors: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  signature: ModelSignature;
}

/** Writes the file `MLmodel`, by which MLflow knows a directory as a model and checks its inputs. */
export function writeMlModel(directory: string, { flavors, signature }: MlModel): void {
  const content = {
    flavors,
    signature: { inputs: tensorSpecsJson(signature.inputs), outputs: tensorSpecsJson(signature.outputs), params: null },
    utc_time_created: new Date().toISOString().replace('T', ' ').replace('Z', ''),
  };
  placeFile(join(directory, 'MLmodel'), { bytes: stringify(content, { lineWidth: 0 }) });
}
