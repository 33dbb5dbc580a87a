import { percent } from '@glyphlab/core';
import type { ModelCard, ModelOrigin } from '../model-card.ts';

const count = (value: number): string => value.toLocaleString('en');

/** Text that people gave, so that it stays on its line and in its cell. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').replace(/[|\\`*_<>[\]]/g, '\\$&');

function results({ test, images }: ModelOrigin): string {
  if (!test) return 'Not measured: training did not finish.';
  const rows = [
    ['accuracy', percent(test.accuracy)],
    ['macro F1', percent(test.macroF1)],
    ['loss (nats)', test.loss.toFixed(4)],
    ['expected calibration error', percent(test.calibrationError)],
  ];
  const table = rows.map(([name, value]) => `| ${name} | ${value} |`).join('\n');
  return `On ${count(images.test)} test images, which neither training nor the choice of the epoch has seen:\n\n| | |\n|---|---|\n${table}`;
}

function training({ architecture, parameters, images, epochs, bestEpoch, seed, augmentation }: ModelOrigin): string {
  const changed = augmentation.length > 0 ? `, changed at random (${augmentation.join(', ')})` : '';
  return `A network of type \`${architecture}\` with ${count(parameters)} parameters, trained on ${count(images.train)} images${changed}, for ${epochs} epoch(s) with seed ${seed}. The weights are those of epoch ${bestEpoch}, the best on ${count(images.val)} validation images.`;
}

/** Of each network that a model is the mean of, what it was trained on and what it reached by itself. */
function members({ what, members }: NonNullable<ModelCard['meanOf']>): string {
  const lines = members.map(({ name, dataset, origin }) => {
    const reached = origin?.test
      ? ` By itself ${percent(origin.test.accuracy)} of ${count(origin.images.test)} test images.`
      : '';
    const trained = origin ? training(origin) : `Trained on ${plain(dataset)}; how was not recorded.`;
    return `- **${plain(name)}**: ${trained}${reached}`;
  });
  return `The mean of the ${what} of ${members.length} network(s):\n\n${lines.join('\n')}`;
}

/** How each file is used, for the files that are there. */
const uses: Readonly<Record<string, (size: string) => string>> = {
  'model.onnx': (
    size,
  ) => `**ONNX** (any runtime): \`image\` float32 [n, ${size}], raw pixels 0–255 → \`probabilities\` float32 [n, classes].

\`\`\`python
import onnxruntime
session = onnxruntime.InferenceSession("model.onnx")
probabilities, = session.run(None, {"image": images})
\`\`\``,
  MLmodel: () => `**MLflow**: \`mlflow models serve -m DIR --env-manager local\`, then

\`\`\`sh
curl localhost:5000/invocations -H 'Content-Type: application/json' -d @serving_input_example.json
\`\`\``,
  'saved_model.pb': () => `**TensorFlow**: raw pixels 0–255 as float32.

\`\`\`python
import tensorflow as tf
model = tf.saved_model.load("DIR")
probabilities = model.signatures["serving_default"](image=images)["probabilities"]
\`\`\``,
  'model.json': () => `**TensorFlow.js**: here the caller scales the pixels to [-1, 1].

\`\`\`js
const model = await tf.loadLayersModel('DIR/model.json');
const probabilities = model.predict(images.div(127.5).sub(1));
\`\`\``,
};

/**
 * The model card: a README in markdown, after Mitchell et al. 2019, "Model Cards for Model Reporting".
 * @param files names of the files it lies beside
 */
export function describeModel(description: ModelCard, files: readonly string[]): string {
  const { name, dataset, classNames, imageShape, origin } = description;
  const [height, width, channels] = imageShape;
  const size = imageShape.join(', ');
  const isWriting = description.pictures !== 'resize';
  const colour = channels === 1 ? 'grey' : `${channels} channels`;
  const sections = [
    `# ${plain(name)}`,
    `Says which of ${classNames.length} classes a picture ${isWriting ? 'of one character shows' : 'belongs to'}.`,
    `- **Input**: ${height}×${width} pixels, ${colour}, 0–255, prepared as in ${plain(dataset)}`,
    `- **Output**: a probability for each of ${classNames.map(plain).join(', ')}`,
    '## Data and training',
    ...(description.meanOf ? [members(description.meanOf)] : []),
    origin
      ? [`Dataset: ${plain(origin.dataset)}.`, ...origin.notes.map(plain), training(origin)].join(' ')
      : `Dataset: ${plain(dataset)}.${description.meanOf ? '' : ' How it was trained was not recorded.'}`,
    '## Results',
    origin ? results(origin) : 'Not recorded in this model. `@glyphlab/trainer` can measure it.',
    '## Intended use',
    `To recognise ${isWriting ? 'single characters that were cut out, centred and scaled as' : 'pictures like those'} in the dataset; \`@glyphlab/trainer\` prepares pictures so. For study, and as a part of programs in which a wrong answer does no harm or is checked.`,
    '## Limits',
    [
      '- It always answers with one of its classes, even for something else; a low top probability is the only sign.',
      '- On pictures made in other ways than those of the dataset, it is less accurate than the figures above say.',
      ...(isWriting
        ? [
            '- It does not read words, lines or several characters in a picture.',
            '- It was not examined for differences between groups of writers.',
          ]
        : []),
    ].join('\n'),
    '## How to use',
    ...files.flatMap((file) => (Object.hasOwn(uses, file) ? [uses[file]!(size)] : [])),
  ];
  return `${sections.join('\n\n')}\n`.replace(/(- \*\*Input.*)\n\n/, '$1\n');
}
