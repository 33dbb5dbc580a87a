import { isDeepStrictEqual } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { autocast } from './autocast.ts';
import { checkAlive, checkResults } from './check-tensors.ts';
import type { Bf16 } from './bf16.ts';
import { type AttrValue, DataType, type Node } from './graph-def.ts';
import { fuseOwnConvolutions } from './fuse-own-convolutions.ts';
import { gatherInPlace } from './gather-in-place.ts';
import { GraphError } from './graph-error.ts';
import { momentumUpdates, type Update } from './momentum-updates.ts';
import { nativeBackend, underOwnHandle } from './native-backend.ts';
import { hasOwnKernels, withOwnKernels } from './own-kernels.ts';
import { Recorder } from './recorder.ts';
import { roundOperands } from './round-operands.ts';
import type { SessionVariable } from './session-variable.ts';
import { watchAssignments } from './assignments.ts';

export type Named = Record<string, tf.Tensor>;

/** Tensors in, tensors out; may assign the declared variables. Written in plain tfjs. */
export type Step = (inputs: Named) => Named;

export type Precision = 'fp32' | 'bf16';

/** What the nodes are made to compute in. */
export type Arithmetic = 'fp32' | Bf16;

/** One step for one set of input shapes, as graph nodes. */
export interface Trace {
  nodes: Node[];
  /** Names to feed, in the order of the inputs' names, joined by commas. */
  feeds: string;
  outputNames: string[];
  /** Names to fetch: first one that stands for all of the step's assignments, then the outputs. */
  fetches: string;
}

/**
 * Runs the step twice and records it. The variables have their old values afterwards.
 * @throws GraphError if the two runs differ, or if the step does something that a graph cannot
 */
export function trace(
  prefix: string,
  step: Step,
  inputs: Named,
  variables: SessionVariable[],
  arithmetic: Arithmetic,
): Trace {
  for (const { tensor } of variables) {
    checkAlive(tensor, 'The program');
    if (tensor instanceof tf.Variable) tf.tidy(() => tensor.assign(underOwnHandle(tensor)));
  }
  const [first, second] = [0, 1].map(() => {
    // Of each run, since a step may dispose of its inputs.
    const own = Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, underOwnHandle(x)]));
    try {
      return recordOnce(prefix, step, own, variables, arithmetic);
    } finally {
      tf.dispose(own);
    }
  });
  assertSame(first!.nodes, second!.nodes);
  assertSameNames(first!.outputNames, second!.outputNames);
  return first!;
}

function recordOnce(
  prefix: string,
  step: Step,
  inputs: Named,
  variables: SessionVariable[],
  arithmetic: Arithmetic,
): Trace {
  const backend = nativeBackend();
  const recorder = new Recorder(prefix);
  const feeds = Object.entries(inputs).map(([name, x]) => {
    const dtype = { type: backend.tensorMap.get(x.dataId).dtype };
    const feed = recorder.add('Placeholder', [], {
      dtype,
      shape: { shape: { dim: x.shape.map((size) => ({ size })) } },
    });
    recorder.declare(x, `${feed}:0`);
    return { name, feed };
  });
  const reads = variables.map(({ tensor, handle, dtype }) => {
    const read = recorder.add('ReadVariableOp', [handle], { dtype });
    recorder.declare(tensor, `${read}:0`);
    return read;
  });
  const before = variables.map(({ tensor }) => ({ dataId: tensor.dataId, value: tf.clone(tensor) }));
  let outputs: [name: string, edge: string][] = [];
  let updates: Update[] = [];
  const unwatch = watchAssignments(new Set(variables.map(({ tensor }) => tensor)));
  try {
    recorder.record(() =>
      tf.tidy(() => {
        const results = step({ ...inputs });
        checkResults(results);
        outputs = Object.entries(results).map(([name, x]) => [name, recorder.edgeOf(x)]);
        updates = variables
          .map((variable, k) => ({ variable, read: reads[k]!, changed: variable.tensor.dataId !== before[k]!.dataId }))
          .filter(({ changed }) => changed)
          .map(({ variable, read }) => ({ variable, read, edge: recorder.edgeOf(variable.tensor) }));
      }),
    );
  } finally {
    unwatch();
    variables.forEach(({ tensor }, k) => {
      if (tensor instanceof tf.Variable && tensor.dataId !== before[k]!.dataId) tensor.assign(before[k]!.value);
      before[k]!.value.dispose();
    });
  }

  const results = new Set([...outputs.map(([, edge]) => edge), ...updates.map(({ edge }) => edge)]);
  const { nodes: computed, full } = arithmetic === 'native' ? autocast(recorder.nodes, recorder.shapes) : inFloat32(recorder, arithmetic, results); // prettier-ignore
  const assignedReads = new Set(updates.map(({ read }) => read));
  const kept = reads.flatMap((read, k) => (assignedReads.has(read) ? [] : [[read, variables[k]!.handle] as const]));
  // These may add casts to what is computed.
  const stated = updates.map((update) => ({ ...update, edge: full(update.edge) }));
  const stating = outputs.map(([, edge]) => full(edge));
  const nodes = gatherInPlace(computed, new Map(kept));
  const add = (op: string, name: string, input: string[], attr: Record<string, AttrValue>): string => {
    nodes.push({ name, op, input, attr });
    return name;
  };
  const fused = momentumUpdates(prefix, nodes, stated, (edge) => recorder.shapes.get(edge));
  nodes.push(...fused.nodes);
  // A variable is read before it is assigned, whatever else the step does with it.
  const assigned = fused.rest.map(({ variable, read, edge }, k) =>
    add('AssignVariableOp', `${prefix}assign${k}`, [variable.handle, edge, `^${read}`], {
      dtype: variable.dtype,
    }),
  );
  const after = [...fused.nodes.map(({ name }) => name), ...assigned].map((name) => `^${name}`);
  const zero = { dtype: DataType.INT32, tensor_shape: { dim: [] }, tensor_content: new Uint8Array(4) };
  const done = add('Const', `${prefix}done`, after, { dtype: { type: DataType.INT32 }, value: { tensor: zero } });
  const fetches = outputs.map(([, edge], k) =>
    add('Identity', `${prefix}output${k}`, [stating[k]!], { T: { type: recorder.dtypeOf(edge) } }),
  );
  return {
    nodes,
    feeds: feeds.map(({ feed }) => `${feed}:0`).join(','),
    outputNames: outputs.map(([name]) => name),
    fetches: [done, ...fetches].map((name) => `${name}:0`).join(','),
  };
}

function inFloat32(
  { nodes, shapes }: Recorder,
  arithmetic: 'fp32' | 'emulated',
  results: ReadonlySet<string>,
): ReturnType<typeof autocast> {
  const quick = hasOwnKernels() ? fuseOwnConvolutions(withOwnKernels(nodes, shapes), shapes, results) : [...nodes];
  return { nodes: arithmetic === 'emulated' ? roundOperands(quick) : quick, full: (edge) => edge };
}

function assertSameNames(first: string[], second: string[]): void {
  if (first.join() === second.join()) return;
  throw new GraphError(
    'GRAPH_CONTROL_FLOW',
    `Two runs of the step with the same inputs gave different results: ${first.join(', ')} in the first, ${second.join(', ')} in the second.`,
  );
}

function assertSame(first: Node[], second: Node[]): void {
  for (let k = 0; k < Math.max(first.length, second.length); k++) {
    const [a, b] = [first[k], second[k]];
    if (!a || !b || a.op !== b.op || a.input.join() !== b.input.join()) {
      throw new GraphError(
        'GRAPH_CONTROL_FLOW',
        `Two runs of the step with the same inputs did different things: ${a?.op ?? 'nothing'} in the first, ${b?.op ?? 'nothing'} in the second, as op ${k}. ` +
          'Control flow may depend only on shapes and options.',
        a?.op ?? b?.op,
      );
    }
    if (a.op === 'Const' && !isDeepStrictEqual(a.attr, b.attr)) {
      const reader = first.find(({ input }) => input.includes(`${a.name}:0`))?.op ?? 'no op';
      throw new GraphError(
        'GRAPH_VALUE_CHANGES',
        `A value made in JavaScript, read by ${reader}, differs between two runs of the step. Pass it as an input of the step.`,
        reader,
      );
    }
    const changed = Object.keys(a.attr).find((name) => !isDeepStrictEqual(a.attr[name], b.attr[name]));
    if (changed !== undefined) {
      throw new GraphError(
        'GRAPH_VALUE_CHANGES',
        `The option ${changed} of ${a.op} differs between two runs of the step. Options of an op are the same at every call.`,
        a.op,
      );
    }
  }
}
