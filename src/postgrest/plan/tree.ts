/** Reaching a level of the tree by the names an embed goes by. */
import { notEmbedded } from "../errors/catalogue.ts";
import type { EmbedPath } from "../request/types.ts";
import type { ReadPlan } from "./types.ts";

/** The name an embed answers to in the request. */
export const embedName = (plan: ReadPlan): string => plan.relAlias ?? plan.relName;

/**
 * Applies `change` to the level named by `path`. A level found moves to the front of its siblings, as in PostgREST, where
 * it shows as the order of keys in the answer.
 * @throws PGRST108 when the path leads to nothing embedded.
 */
export function updateLevel(plan: ReadPlan, path: EmbedPath, change: (level: ReadPlan) => ReadPlan): ReadPlan {
  const [name, ...rest] = path;
  if (name === undefined) return change(plan);
  const index = plan.children.findIndex((child) => child.relName === name || child.relAlias === name);
  const target = plan.children[index];
  if (target === undefined) throw notEmbedded(name);
  return { ...plan, children: [updateLevel(target, rest, change), ...plan.children.toSpliced(index, 1)] };
}
