import { resolve } from 'node:path';
import { IssueExplainer } from './explain-issue.ts';
import { explainValue } from './explain-value.ts';
import { ConfigReader } from './extend.ts';
import { toValue, type Node } from './node.ts';
import { applyOverrides } from './overrides.ts';
import { ProblemsFound, toConfigError, type Problem } from './problem.ts';
import { createExperimentSchema, type ExperimentConfig, type Registry } from './schema/experiment.ts';

export interface LoadOptions {
  /** Overrides as `training.epochs=2`; the value is YAML. Applied after `extends`, the last one wins. */
  set?: readonly string[];
  registry: Registry;
  /** Where relative `file` starts from, and what paths in messages are relative to. Default: the process's. */
  cwd?: string;
}

/**
 * Reads an experiment file with everything it extends.
 *
 * @throws ConfigError with every problem found, each with its file, line and key
 */
export function loadExperiment(
  file: string,
  { set = [], registry, cwd = process.cwd() }: LoadOptions,
): ExperimentConfig {
  const reader = new ConfigReader(cwd);
  const path = resolve(cwd, file);
  const problems: Problem[] = reader.problems;
  const written = reader.read(path);
  const fail = (): void => {
    const [first, ...more] = problems;
    if (first) throw toConfigError([first, ...more], reader.show(path));
  };

  // Of what could not be read, no key can be judged; overrides alone can.
  const unread = problems.length > 0;
  let root: Node = written;
  try {
    root = applyOverrides(written, set);
  } catch (error) {
    if (!(error instanceof ProblemsFound)) throw error;
    problems.push(...error.problems.filter(({ code }) => !unread || code === 'CONFIG_BAD_OVERRIDE'));
  }
  if (unread) fail();

  const schema = createExperimentSchema(registry);
  const value = toValue(root);
  const result = schema.safeParse(value, { error: explainValue, reportInput: true });
  if (!result.success) {
    const explainer = new IssueExplainer(schema, root, value);
    const explained = result.error.issues.flatMap((issue) => explainer.explain(issue));
    // One problem a value: a number that is too large for zod's integers is too large for the key as well.
    problems.push(...new Map(explained.map((problem) => [problem.where, problem])).values());
  }
  fail();
  return result.data as ExperimentConfig;
}
