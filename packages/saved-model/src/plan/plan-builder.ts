import type { Operation, PlanNode } from './plan.ts';

/** Collects nodes, each under a name of its own that TensorFlow allows, too. */
export class PlanBuilder {
  readonly nodes: PlanNode[] = [];
  readonly #names: Map<string, number>;

  /** @param reserved names that no node gets */
  constructor(reserved: readonly string[]) {
    this.#names = new Map(reserved.map((name) => [name, 1]));
  }

  add(name: string, operation: Operation, inputs: PlanNode[], shape: readonly number[]): PlanNode {
    const node = {
      name: this.#unique(name.replace(/[^\w./-]/g, '_').replace(/^[^a-z0-9]/i, 'layer$&')),
      operation,
      inputs,
      shape,
    };
    this.nodes.push(node);
    return node;
  }

  #unique(name: string): string {
    const count = this.#names.get(name) ?? 0;
    this.#names.set(name, count + 1);
    return count === 0 ? name : this.#unique(`${name}_${count}`);
  }
}
