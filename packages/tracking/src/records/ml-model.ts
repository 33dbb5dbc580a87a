import { join } from 'node:path';
import { stringify } from 'yaml';
import { placeFile } from '../run/run-files.ts';

/** One tensor that a model takes or gives, or a dataset holds. */
export interface TensorSpec {
  name?: string;
  dtype: 'float32' | 'float64' | 'int32' | 'int64' | 'uint8';
  /** -1 stands for any size, as that of a batch. */
  shape: readonly number[];
}

export interface ModelSignature {
  inputs: readonly TensorSpec[];
  outputs: readonly TensorSpec[];
}

/** Tensors in the JSON that MLflow writes them in. */
export function tensorSpecsJson(specs: readonly TensorSpec[]): string {
  return JSON.stringify(
    specs.map(({ name, dtype, shape }) => ({
      type: 'tensor',
      ...(name !== undefined && { name }),
      'tensor-spec': { dtype, shape },
    })),
  );
}

export interface MlModel {
  /** As `{ onnx: { data: 'model.onnx' } }`: what can load the model, and how. */
  flavors: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  signature: ModelSignature;
  /** What else programs should know of the model, as the names of its classes. */
  metadata?: Readonly<Record<string, unknown>>;
  /** A value of each input, as nested lists: written as `input_example.json`, and as a request to a server. */
  inputExample?: Readonly<Record<string, unknown>>;
}

/** MLflow's own names for the two. */
const EXAMPLE = 'input_example.json';
const REQUEST = 'serving_input_example.json';

/** Writes the file `MLmodel`, by which MLflow knows a directory as a model and checks its inputs. */
export function writeMlModel(directory: string, { flavors, signature, metadata, inputExample }: MlModel): void {
  if (inputExample) {
    placeFile(join(directory, EXAMPLE), { bytes: JSON.stringify(inputExample) });
    placeFile(join(directory, REQUEST), { bytes: JSON.stringify({ inputs: inputExample }) });
  }
  const content = {
    flavors,
    ...(metadata && { metadata }),
    ...(inputExample && {
      saved_input_example_info: { artifact_path: EXAMPLE, type: 'ndarray', serving_input_path: REQUEST },
    }),
    signature: { inputs: tensorSpecsJson(signature.inputs), outputs: tensorSpecsJson(signature.outputs), params: null },
    utc_time_created: new Date().toISOString().replace('T', ' ').replace('Z', ''),
  };
  placeFile(join(directory, 'MLmodel'), { bytes: yamlForPython(content) });
}

/**
 * YAML that Python's reader, which is of YAML 1.1, takes as it was meant: every text is quoted, as `no`, `=`, `12:30` and
 * `2024-01-01` are no text there; and what it would take for the end of a line, or refuse, is written by its number.
 */
const yamlForPython = (content: unknown): string =>
  stringify(content, {
    lineWidth: 0,
    defaultStringType: 'QUOTE_DOUBLE',
    doubleQuotedAsJSON: true,
  }).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
