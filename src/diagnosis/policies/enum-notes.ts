/** Values of an enum that are compared by their order, which is that of their declaration and not of what they mean. */
import type { Predicate } from "../predicates.ts";
import type { Session } from "../replay/session.ts";
import { listed, quoteText } from "../words.ts";

const ORDERED = new Set(["<", "<=", ">", ">="]);

/** Postgres prints a constant of another type than its own with a cast. */
const CAST = /'::((?:"[^"]+"|[\w$]+)(?:\.(?:"[^"]+"|[\w$]+))?)(?![\w$(])/;

/** By the leaf's text. */
export async function enumNotes(session: Session, leaves: readonly Predicate[]): Promise<ReadonlyMap<string, string>> {
  const notes = new Map<string, string>();
  for (const { text, leaf } of leaves) {
    const type = leaf?.kind === "comparison" && ORDERED.has(leaf.operator) ? CAST.exec(text)?.[1] : undefined;
    if (type === undefined) continue;
    const labels = await session.remembered<{ label: string }>(
      "select enumlabel as label from pg_enum where enumtypid = to_regtype($1) order by enumsortorder",
      [type],
    );
    if (labels.length > 0)
      notes.set(
        text,
        `the type ${type} is an enum, in the order ${listed(labels.map(({ label }) => quoteText(label)))}`,
      );
  }
  return notes;
}
