import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { type Bf16, chooseBf16 } from './bf16.ts';
import { checkInputs } from './check-tensors.ts';
import { encodeSavedModel } from './graph-def.ts';
import { GraphError } from './graph-error.ts';
import { nativeBackend } from './native-backend.ts';
import { type SessionVariable, sessionVariable } from './session-variable.ts';
import { type Arithmetic, type Named, type Precision, type Step, type Trace, trace } from './trace.ts';

export interface ProgramOptions {
  /** All state that the steps read or assign: weights, moving averages, optimizer slots (of tfjs's own: `optimizerState`). */
  variables: readonly tf.Variable[];
  /** Data that the steps read and never assign, as a training set. It stays in the session; a step does not copy it. */
  resident?: readonly tf.Tensor[];
  /** `bf16`: convolutions and matrix products in bfloat16, all state in float32. Default `fp32`. */
  precision?: Precision;
  /**
   * How bf16 computes. `native`: in bfloat16, fast where the processor has instructions for it (AVX512-BF16, AMX, Arm's BF16) and
   * TensorFlow's oneDNN is on; elsewhere slow, and sums lose digits. `emulated`: in float32, at about its speed, on operands rounded
   * to bfloat16. Default: the environment variable `GLYPHLAB_BF16`, else whichever of the two suits this machine.
   */
  bf16?: Bf16;
}

/** Runs a step: same names and shapes in as when first called make no new graph. The caller disposes of the results. */
export type CompiledStep = (inputs: Named) => Named;

const TAG = 'step';

/**
 * Steps that share their state, each run as one call of a TensorFlow graph. The state lives in the session; `pull` copies it into
 * the tf.Variables, `push` the other way.
 *
 * A graph is made when a step first meets a set of input shapes, the last short batch included: the step then runs twice for real.
 * The values of variables do not change by that.
 *
 * With the environment variable `TFJS_GRAPH_DIR`, each graph is kept there as a `saved_model.pb`, for TensorFlow's own tools.
 */
export class Program {
  readonly #backend = nativeBackend();
  readonly #variables: SessionVariable[];
  readonly #states: tf.Variable[];
  readonly #arithmetic: Arithmetic;
  readonly #traces: Trace[] = [];
  /** Of each compiled step, its traces by names and shapes of the inputs. */
  readonly #bySignature: Map<string, Trace>[] = [];
  #session: number | undefined;

  constructor({ variables, resident = [], precision = 'fp32', bf16 }: ProgramOptions) {
    this.#states = [...variables];
    this.#variables = [...variables, ...resident].map(sessionVariable);
    this.#arithmetic = precision === 'bf16' ? chooseBf16(bf16) : 'fp32';
  }

  /**
   * Everything that is a JavaScript value while the step is traced stays as it was then: numbers, options, the learning rate of an
   * optimizer of tfjs. What shall change from call to call is a tensor, and an input or a variable.
   *
   * @throws GraphError when called, if the step cannot be one graph
   */
  compile(step: Step): CompiledStep {
    const traces = new Map<string, Trace>();
    this.#bySignature.push(traces);
    return (inputs) => {
      checkInputs(inputs);
      const signature = Object.entries(inputs).map(([name, x]) => `${name}:${x.dtype}[${x.shape}]`).join(); // prettier-ignore
      let graph = traces.get(signature);
      if (!graph) {
        graph = this.#add(step, inputs);
        traces.set(signature, graph);
      }
      const ids = this.#backend.getInputTensorIds(Object.values(inputs));
      const { binding } = this.#backend;
      const [done, ...results] = binding.runSavedModel(this.#session!, ids, graph.feeds, graph.fetches);
      binding.deleteTensor(done!.id);
      return Object.fromEntries(
        graph.outputNames.map((name, k) => [name, this.#backend.createOutputTensor(results[k]!)]),
      );
    };
  }

  /** Nodes of all graphs made so far. */
  get numNodes(): number {
    return this.#traces.reduce((sum, { nodes }) => sum + nodes.length, 0);
  }

  /** How many nodes the graph of a step would have: runs it as a trace does, and keeps nothing. */
  countNodes(step: Step, inputs: Named): number {
    this.pull();
    return trace('counted', step, inputs, this.#variables, this.#arithmetic).nodes.length;
  }

  /** Session → tf.Variables. */
  pull(): void {
    if (this.#session === undefined) return;
    const values = this.#read(this.#variables.slice(0, this.#states.length));
    values.forEach((value, k) => {
      this.#states[k]!.assign(value);
      value.dispose();
    });
  }

  /** tf.Variables → session. */
  push(): void {
    if (this.#session !== undefined) this.#store(this.#variables.slice(0, this.#states.length), this.#states);
  }

  /** Frees the session and its graphs. The tf.Variables and resident tensors remain; a step that is called again starts from them. */
  dispose(): void {
    if (this.#session !== undefined) this.#backend.binding.deleteSavedModel(this.#session);
    this.#session = undefined;
    this.#traces.length = 0;
    for (const traces of this.#bySignature) traces.clear();
  }

  #add(step: Step, inputs: Named): Trace {
    // The eager run of the trace should see the state as it is, not as it was when the program was made.
    this.pull();
    const graph = trace(`s${this.#traces.length}n`, step, inputs, this.#variables, this.#arithmetic);
    this.#traces.push(graph);
    this.#reload();
    return graph;
  }

  /** A loaded graph cannot grow, so all of it is loaded anew, and the state moves over. */
  #reload(): void {
    const old = this.#session;
    const nodes = [
      ...this.#variables.flatMap((variable) => variable.nodes),
      ...this.#traces.flatMap((graph) => graph.nodes),
    ];
    const dir = mkdtempSync(join(tmpdir(), 'graph-'));
    const bytes = encodeSavedModel(nodes, TAG);
    const keepIn = process.env['TFJS_GRAPH_DIR'];
    if (keepIn) writeFileSync(join(keepIn, `graph-${this.#traces.length}.pb`), bytes);
    try {
      writeFileSync(join(dir, 'saved_model.pb'), bytes);
      this.#session = this.#backend.binding.loadSavedModel(dir, TAG);
    } catch (error) {
      this.#traces.pop();
      throw new GraphError(
        'GRAPH_LOAD',
        `TensorFlow refuses the graph: ${error instanceof Error ? error.message : String(error)}`,
      );
    } finally {
      rmSync(dir, { recursive: true });
    }
    if (old !== undefined) this.#backend.binding.deleteSavedModel(old);
    this.#store(this.#variables, this.#variables.map(({ tensor }) => tensor)); // prettier-ignore
  }

  #store(variables: SessionVariable[], values: readonly tf.Tensor[]): void {
    if (variables.length === 0) return;
    const { binding } = this.#backend;
    const ids = this.#backend.getInputTensorIds([...values]);
    const feeds = variables.map(({ feed }) => `${feed}:0`).join(',');
    const stored = variables.map((variable) => `${variable.stored}:0`).join(',');
    binding.runSavedModel(this.#session!, ids, feeds, stored).forEach(({ id }) => binding.deleteTensor(id));
  }

  #read(variables: SessionVariable[]): tf.Tensor[] {
    if (variables.length === 0) return [];
    const reads = variables.map(({ read }) => `${read}:0`).join(',');
    return this.#backend.binding
      .runSavedModel(this.#session!, [], '', reads)
      .map((info) => this.#backend.createOutputTensor(info));
  }
}
