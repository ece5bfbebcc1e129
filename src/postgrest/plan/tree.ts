/** Reaching a level of the tree by the names an embed goes by. */
import { notEmbedded } from "../errors/catalogue.ts";
import type { EmbedPath } from "../request/types.ts";
import { fold, traverse } from "../traverse.ts";
import type { ReadPlan } from "./types.ts";

const childrenOf = ({ children }: ReadPlan): readonly ReadPlan[] => children;

/** Changes every level, parents before their children; `above` is the parent as changed. */
export const changeDown = (plan: ReadPlan, change: (level: ReadPlan, above: ReadPlan | null) => ReadPlan): ReadPlan =>
  traverse<ReadPlan, ReadPlan, ReadPlan>(plan, {
    enter: change,
    children: childrenOf,
    leave: (level, children) => (children.length === 0 ? level : { ...level, children }),
  });

/** Every level, parents before their children. */
export function* levelsOf(plan: ReadPlan): Generator<ReadPlan> {
  const ahead = [plan];
  for (let level = ahead.pop(); level !== undefined; level = ahead.pop()) {
    yield level;
    for (const child of level.children.toReversed()) ahead.push(child);
  }
}

/** A result for every level from those of its embeds. */
export const foldUp = <Result>(plan: ReadPlan, leave: (level: ReadPlan, below: readonly Result[]) => Result): Result =>
  fold(plan, childrenOf, leave);

/** A result for every node of a logic tree, from those of the conditions it joins. */
export const foldLogic = <Tree extends object, Result>(
  tree: Tree,
  leave: (tree: Tree, below: readonly Result[]) => Result,
): Result => fold(tree, (node) => ("children" in node ? (node.children as readonly Tree[]) : []), leave);

/** The name an embed answers to in the request. */
export const embedName = (plan: ReadPlan): string => plan.relAlias ?? plan.relName;

/**
 * Applies `change` to the level named by `path`. A level found moves to the front of its siblings, as in PostgREST, where
 * it shows as the order of keys in the answer.
 * @throws PGRST108 when the path leads to nothing embedded.
 */
export function updateLevel(plan: ReadPlan, path: EmbedPath, change: (level: ReadPlan) => ReadPlan): ReadPlan {
  const levels: Array<{ readonly plan: ReadPlan; readonly index: number }> = [];
  let level = plan;
  for (const name of path) {
    const index = level.children.findIndex((child) => child.relName === name || child.relAlias === name);
    const target = level.children[index];
    if (target === undefined) throw notEmbedded(name);
    levels.push({ plan: level, index });
    level = target;
  }
  return levels.reduceRight(
    (changed, above) => ({ ...above.plan, children: [changed, ...above.plan.children.toSpliced(above.index, 1)] }),
    change(level),
  );
}
