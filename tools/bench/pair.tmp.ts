import { Program } from '@glyphlab/graph';
import { selectBackend } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
await selectBackend({ backend: 'tensorflow', threads: 2, towers: 2 });
const F = [1, 32, 64, 128];
const v = (shape: number[], s: number) => tf.variable(tf.randomNormal(shape, 0, s));
const K = [0, 1, 2].map((i) => v([3, 3, F[i]!, F[i + 1]!], Math.sqrt(2 / (9 * F[i]!))));
const G = [0, 1, 2].map((i) => tf.variable(tf.ones([F[i + 1]!])));
const B = [0, 1, 2].map((i) => tf.variable(tf.zeros([F[i + 1]!])));
const D1 = v([3 * 3 * 128, 128], 0.04), D2 = v([128, 10], 0.1);
const weights = [...K, ...G, ...B, D1, D2];
const slots = weights.map((w) => tf.variable(tf.zeros(w.shape)));
const images = tf.randomUniform([10000, 28, 28, 1], -1, 1), labels = tf.cast(tf.randomUniform([10000], 0, 10), 'int32');
const moments = (x: tf.Tensor) => ({ m: tf.mean(x, [0, 1, 2]), s: tf.mean(tf.square(x), [0, 1, 2]) });
const stepOf = (shared: boolean) => ({ rows }: Record<string, tf.Tensor>) => {
  const n = rows!.shape[0]! / 2;
  const { value, grads } = tf.variableGrads(() => {
    let x = [0, 1].map((k) => tf.gather(images, tf.slice(rows!, k * n, n)) as tf.Tensor4D);
    for (let i = 0; i < 3; i++) {
      const c = x.map((x) => tf.conv2d(x, K[i] as unknown as tf.Tensor4D, 1, 'same'));
      let ms = c.map(moments);
      if (shared) { const all = { m: tf.mul(tf.add(ms[0]!.m, ms[1]!.m), 0.5), s: tf.mul(tf.add(ms[0]!.s, ms[1]!.s), 0.5) }; ms = [all, all]; }
      x = c.map((c, k) => {
        const scale = tf.mul(G[i]!, tf.rsqrt(tf.add(tf.sub(ms[k]!.s, tf.square(ms[k]!.m)), 1e-3)));
        const y = tf.add(tf.mul(c, scale), tf.sub(B[i]!, tf.mul(ms[k]!.m, scale))) as tf.Tensor4D;
        return tf.relu(tf.maxPool(y, 2, 2, 'valid'));
      });
    }
    const losses = x.map((x, k) => {
      const h = tf.relu(tf.matMul(tf.reshape(x, [n, -1]), D1 as unknown as tf.Tensor2D));
      const z = tf.matMul(h as tf.Tensor2D, D2 as unknown as tf.Tensor2D);
      const t = tf.oneHot(tf.cast(tf.gather(labels, tf.slice(rows!, k * n, n)), 'int32'), 10);
      return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(z), t), -1)));
    });
    return tf.mul(tf.addN(losses), 0.5) as tf.Scalar;
  }, weights);
  weights.forEach((w, k) => { slots[k]!.assign(tf.add(tf.mul(slots[k]!, 0.9), grads[w.name]!)); w.assign(tf.sub(w, tf.mul(slots[k]!, 0.01))); });
  return { loss: value };
};
const program = new Program({ variables: [...weights, ...slots], resident: [images, labels], precision: (process.argv[2] ?? 'fp32') as 'fp32' });
const steps = { own: program.compile(stepOf(false)), shared: program.compile(stepOf(true)) };
for (const batch of [32, 64]) {
  const rates: Record<string, number[]> = { own: [], shared: [] };
  for (let round = 0; round < 8; round++) for (const [name, step] of Object.entries(steps)) {
    const count = 12800 / batch; const from = performance.now();
    for (let i = 0; i < count; i++) { const rows = tf.tensor1d(Int32Array.from({ length: batch }, () => (Math.random() * 10000) | 0)); const { loss } = step({ rows }); loss!.dataSync(); tf.dispose([rows, loss!]); }
    if (round > 0) rates[name]!.push(12800 / (performance.now() - from) * 1000);
  }
  for (const [name, r] of Object.entries(rates)) console.log(batch, name, Math.round(r.sort((a, b) => a - b)[3]!));
}
