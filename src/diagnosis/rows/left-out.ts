/** A write that policies allowed and that wrote nothing: a trigger returned NULL for the row. */
import { triggersBefore } from "../catalog/triggers.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Finding } from "../types.ts";
import { listed, quoteName } from "../words.ts";

/** Triggers do not fire then; only a superuser may set it, and only in the experiment's own transaction. */
const WITHOUT_TRIGGERS = "SET LOCAL session_replication_role = replica";

/** Undefined when the write reaches no row without the table's triggers either. */
export async function leftOutFinding(
  inquiry: Inquiry,
  relation: Relation,
  kind: "insert" | "update" | "delete",
): Promise<Finding | undefined> {
  const triggers = await triggersBefore(inquiry.session, relation, kind);
  if (triggers.length === 0) return undefined;
  const tried = await inquiry.replay.pageTotal({ prepared: [WITHOUT_TRIGGERS] });
  if (!tried.ok || tried.value === 0) return undefined;
  const table = inquiry.show(relation);
  const named = triggers.map((one) => `${quoteName(one.name)} (${one.function})`);
  const rows = tried.value === 1 ? "the row" : "the rows";
  return {
    code: "rows.trigger",
    layer: "rows",
    title: `A trigger of ${table} leaves ${rows} out of the ${kind.toUpperCase()}: ${listed(named, "or")}.`,
    because: [
      "A trigger that fires before the write and returns NULL cancels it for that row; Postgres reports 0 rows, not an error.",
      `Privileges and policies let ${rows} pass.`,
    ],
    fix: {
      text: `Let the trigger's function return ${kind === "delete" ? "OLD" : "NEW"} where the write should happen, or raise an error where it should not.`,
    },
    proof: {
      tried: "the same request without the table's triggers",
      result: `it writes ${tried.value === 1 ? "1 row" : `${tried.value} rows`}`,
      holds: true,
    },
  };
}
