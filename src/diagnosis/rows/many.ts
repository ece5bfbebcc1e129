/** One row was asked for, and there are several. */
import type { Inquiry } from "../inquiry.ts";
import type { Finding } from "../types.ts";
import { listed } from "../words.ts";
import { filterText } from "./filters.ts";

export function manyFinding({ sent }: Inquiry, rows: number): Finding {
  const { plan } = sent;
  const filters = plan.read.where.map(filterText);
  return {
    code: "rows.many",
    layer: "rows",
    title: `One row was asked for, and ${rows} rows of ${plan.target.name} match.`,
    because: [
      "The Accept header asks for application/vnd.pgrst.object+json, as .single() and .maybeSingle() do.",
      filters.length === 0 ? "The request has no filter." : `Its filter is ${listed(filters)}.`,
    ],
    fix: { text: "Filter by a unique column, or add limit=1." },
  };
}
