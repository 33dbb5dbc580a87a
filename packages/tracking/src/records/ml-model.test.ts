import { execFileSync } from 'node:child_process';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { installMlflow } from '@glyphlab/mlflow-server';
import { expect, test } from 'vitest';
import { writeMlModel } from './ml-model.ts';

/** What YAML 1.1 takes for something else than text, or does not take at all; and what a folder may be called. */
const names = [
  ...'no yes on off n Y true False null ~ = << . - ? ! | > 0 007 0b11 0o17 0x1F 1_000 12:30 190:20:30 1e5 1.5e+3'.split(
    ' ',
  ),
  ...'.5 +1 .inf -.INF .NaN 2024-01-01 2001-12-14t21:59:43.10-05:00 [a {a} " \' ` @a %a &a *a a\\b / é あ 😀'.split(
    ' ',
  ),
  ...[
    '',
    '# a',
    'a: b',
    'a #b',
    '- a',
    ' a',
    'a ',
    'a\nb',
    '\t',
    '\r\n',
    '\u00a0',
    '\u0000',
    '\u001b',
    '\u007f',
    '\u0085',
  ],
  ...['\u0090', '\u2028', '\u2029', '\ufeff', '\ufffe', '\uffff', 'x'.repeat(3000), 'a b '.repeat(200)],
];

const read = `
import json, sys, yaml
from mlflow.models import Model
model = Model.load(sys.argv[1])
for loader in {yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)}:
    with open(sys.argv[1] + "/MLmodel", encoding="utf-8") as file:
        assert yaml.load(file, loader)["metadata"] == model.metadata, loader
print(json.dumps({"names": model.metadata["class_names"], "more": model.metadata["more"], "inputs": model.signature.inputs.to_dict()}))
`;

test('the reader of MLflow finds in MLmodel what was written, whatever classes are called', async () => {
  const { python } = await installMlflow();
  const directory = temporaryDirectory();
  writeMlModel(directory, {
    flavors: { onnx: { data: 'model.onnx' } },
    signature: {
      inputs: [{ name: 'image', dtype: 'float32', shape: [-1, 28, 28, 1] }],
      outputs: [{ name: 'probabilities', dtype: 'float32', shape: [-1, 10] }],
    },
    metadata: { class_names: names, more: { size: 28, none: null, yes: true } },
  });
  const found = execFileSync(python, ['-c', read, directory], { encoding: 'utf8' });
  expect(JSON.parse(found)).toEqual({
    names,
    more: { size: 28, none: null, yes: true },
    inputs: [{ type: 'tensor', name: 'image', 'tensor-spec': { dtype: 'float32', shape: [-1, 28, 28, 1] } }],
  });
}, 600_000);
