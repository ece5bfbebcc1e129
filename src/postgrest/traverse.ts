/**
 * Trees of a request are as deep as a client likes. A recursion would end at the height of the call stack, long before the
 * limits PostgREST and Postgres have, so every walk over such a tree keeps its own stack.
 */
export interface Visit<Node, Entered, Result> {
  /** On the way down, parents first. `above` is what the parent has become, null at the root. */
  enter(node: Node, above: Entered | null): Entered;
  children(entered: Entered): readonly Node[];
  /** On the way up, with the results of the children in their order. */
  leave(entered: Entered, below: readonly Result[]): Result;
}

interface Level<Node, Entered, Result> {
  readonly entered: Entered;
  readonly children: readonly Node[];
  readonly below: Result[];
}

/** Depth first, children in order; what a visit throws ends the walk. */
export function traverse<Node, Entered, Result>(root: Node, visit: Visit<Node, Entered, Result>): Result {
  const open = (node: Node, above: Entered | null): Level<Node, Entered, Result> => {
    const entered = visit.enter(node, above);
    return { entered, children: visit.children(entered), below: [] };
  };
  let level = open(root, null);
  const above: Array<typeof level> = [];
  for (;;) {
    const next = level.children[level.below.length];
    if (next !== undefined) {
      above.push(level);
      level = open(next, level.entered);
      continue;
    }
    const result = visit.leave(level.entered, level.below);
    const parent = above.pop();
    if (parent === undefined) return result;
    parent.below.push(result);
    level = parent;
  }
}

/** A result for every node from those of its children. */
export const fold = <Node, Result>(
  root: Node,
  children: (node: Node) => readonly Node[],
  leave: (node: Node, below: readonly Result[]) => Result,
): Result => traverse<Node, Node, Result>(root, { enter: (node) => node, children, leave });
