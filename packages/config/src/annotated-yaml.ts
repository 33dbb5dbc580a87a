import { Document, isCollection, isMap, isScalar, isSeq, type Node as YamlNode } from 'yaml';
import type { TracedExperiment } from './load-experiment.ts';
import { describeOrigin, type Node } from './node.ts';

/**
 * The whole configuration as YAML; a comment behind each value that was written says where, as `configs/a.yaml:7` or
 * `--set seed=7`. What has none is a default.
 */
export function annotatedYaml({ config, written }: TracedExperiment): string {
  const document = new Document(config);
  annotate(document.contents, written);
  return document.toString({ lineWidth: 0 });
}

function annotate(yaml: unknown, written: Node | undefined): void {
  if (!written || !isCollection(yaml)) return;
  if (isSeq(yaml) && yaml.items.every(isScalar)) {
    yaml.flow = true;
    comment(yaml, written);
  } else if (isSeq(yaml)) {
    yaml.items.forEach((item, k) => annotate(item, written.kind === 'list' ? written.items[k] : undefined));
  } else if (isMap(yaml)) {
    for (const { key, value } of yaml.items) {
      const child = written.kind === 'map' ? written.entries.get(String((key as { value: unknown }).value)) : undefined;
      if (child && isScalar(value)) comment(value, child);
      else annotate(value, child);
    }
  }
}

const comment = (yaml: YamlNode, { origin }: Node): void => void (yaml.comment = ` ${describeOrigin(origin)}`);
