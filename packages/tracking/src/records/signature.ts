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
