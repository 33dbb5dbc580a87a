"""Where the time of a graph step goes: runs a graph that packages/graph kept and prints TensorFlow's own step statistics as JSON.

python profile_graph.py GRAPH.pb INTRA_OP_THREADS INTER_OP_THREADS [KERNELS]
KERNELS is the library of our own ops, where graphs have them.
Times are the least of many steps, in microseconds, so that other programs on the machine count little.
"""
import collections, json, os, sys, time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

v1 = tf.compat.v1
path, intra, inter = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for library in sys.argv[4:]:
    os.environ["TF_NUM_INTRAOP_THREADS"] = sys.argv[2]
    tf.load_op_library(library)
saved = saved_model_pb2.SavedModel()
saved.ParseFromString(open(path, "rb").read())
definition = saved.meta_graphs[0].graph_def
graph = tf.Graph()
with graph.as_default():
    tf.import_graph_def(definition, name="")
nodes = {node.name: node for node in definition.node}
config = v1.ConfigProto(intra_op_parallelism_threads=intra, inter_op_parallelism_threads=inter)
session = v1.Session(graph=graph, config=config)
rng = np.random.RandomState(0)


def like(node):
    """A plausible value for a placeholder: He-normal kernels, random pixels, labels and rows, a small rate."""
    shape = [dim.size for dim in node.attr["shape"].shape.dim]
    dtype = np.dtype(tf.dtypes.as_dtype(node.attr["dtype"].type).as_numpy_dtype)
    if dtype.kind in "iu":
        return rng.randint(0, 255 if len(shape) == 4 else 10, shape).astype(dtype)
    if len(shape) > 1:
        return (rng.randn(*shape) * np.sqrt(2 / np.prod(shape[:-1]))).astype(dtype)
    return np.full(shape, 0.5 if shape else 1e-4, dtype)


variables = [f"variable{k}" for k in range(len(nodes)) if f"variable{k}" in nodes]
session.run([f"{name}_stored:0" for name in variables], {f"{name}_feed:0": like(nodes[f"{name}_feed"]) for name in variables})
inputs = {n.name + ":0": like(n) for n in definition.node if n.op == "Placeholder" and n.name.startswith("s0n")}
fetches = ["s0ndone:0", "s0noutput0:0"]

steps = []
for _ in range(80):
    start = time.perf_counter()
    session.run(fetches, inputs)
    steps.append(time.perf_counter() - start)

least, op_of = {}, {}
for _ in range(60):
    run = v1.RunMetadata()
    session.run(fetches, inputs, options=v1.RunOptions(trace_level=v1.RunOptions.FULL_TRACE), run_metadata=run)
    for device in run.step_stats.dev_stats:
        for stats in device.node_stats:
            micros = stats.op_end_rel_micros - stats.op_start_rel_micros
            least[stats.node_name] = min(least.get(stats.node_name, micros), micros)
            op_of[stats.node_name] = stats.timeline_label.split(" = ")[-1].split("(")[0]

ops = collections.defaultdict(lambda: {"count": 0, "micros": 0})
for name, micros in least.items():
    ops[op_of[name].replace("_MklNative", "").replace("_Mkl", "")]["count"] += 1
    ops[op_of[name].replace("_MklNative", "").replace("_Mkl", "")]["micros"] += micros
print(json.dumps({
    "stepMicros": round(min(steps[20:]) * 1e6),
    "ops": sorted(({"op": op, **sums} for op, sums in ops.items()), key=lambda op: -op["micros"]),
}))
