import type { z } from 'zod';
import { IssueExplainer } from './explain-issue.ts';
import { explainValue } from './explain-value.ts';
import { toValue, type Node } from './node.ts';
import type { Problem } from './problem.ts';

/** What a schema makes of values that know where they were written; undefined where there are problems. */
export function validate<T>(
  schema: z.ZodType<T>,
  root: Node,
): { value: T; problems: readonly [] } | { value: undefined; problems: readonly Problem[] } {
  const value = toValue(root);
  const result = schema.safeParse(value, { error: explainValue, reportInput: true });
  if (result.success) return { value: result.data, problems: [] };
  const explainer = new IssueExplainer(schema, root, value);
  const explained = result.error.issues.flatMap((issue) => explainer.explain(issue));
  // One problem a value: a number that is too large for zod's integers is too large for the key as well.
  return { value: undefined, problems: [...new Map(explained.map((problem) => [problem.where, problem])).values()] };
}
