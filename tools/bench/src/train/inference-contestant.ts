import { evaluatePredictions } from '@glyphlab/evaluation';
import { imageTable } from '@glyphlab/nn';
import { predict } from '@glyphlab/training';
import { loadDigits } from './digits.ts';
import { reportNetwork, selectNative } from './report-network.ts';
import { serve } from './serve.ts';

// Ours: inference-contestant.ts predict|evaluate. Predictions for the test digits each time it is asked, with the making of the graph;
// `evaluate` measures them as well.
const [task] = process.argv.slice(2);
const version = await selectNative(1);
const { test, imageShape, classNames } = await loadDigits();
const network = reportNetwork(imageShape);

await serve(version, async ({ batch }) => {
  const start = performance.now();
  const table = imageTable(test, imageShape);
  const probabilities = await predict(network, table, { batchSize: batch });
  if (task === 'evaluate') evaluatePredictions({ labels: test.labels, probabilities, classNames });
  const seconds = (performance.now() - start) / 1000;
  table.images.dispose();
  table.labels.dispose();
  return { imagesPerSecond: test.size / seconds };
});
process.exit();
