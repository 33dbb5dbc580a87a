/** A step that cannot be one TensorFlow graph. `op` is the tfjs op or TensorFlow op concerned, where one is. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly code: string;
  readonly op: string | undefined;

  constructor(code: string, message: string, op?: string) {
    super(message);
    this.code = code;
    this.op = op;
  }
}
