/** ON CONFLICT DO UPDATE met a row that this role may not update. */
import { escapeIdentifier as name } from "pg";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Findings } from "../types.ts";
import { listed, quoteName } from "../words.ts";
import { applicable, silence } from "./applicable.ts";
import { assess } from "./assess.ts";
import { causeFinding } from "./cause-finding.ts";
import { bodyRows } from "./new-rows.ts";
import type { Sample } from "./scope.ts";
import { silenceFinding } from "./silence-finding.ts";

export async function conflictFindings(inquiry: Inquiry, relation: Relation): Promise<Findings> {
  const { plan } = inquiry.sent;
  const mutate = plan.kind === "mutate" && plan.mutate.kind === "insert" ? plan.mutate : undefined;
  const columns = mutate?.onConflict?.columns ?? [];
  const key = listed(columns.map(quoteName));
  const effect = `A row of ${inquiry.show(relation)} with this ${key || "key"} exists, and the upsert may not update it`;
  const complete = ({ finding, also }: Findings): Findings => ({
    finding: {
      ...finding,
      code: "policies.upsert",
      because: [
        "ON CONFLICT DO UPDATE asks USING of the UPDATE policies about the row that is there already.",
        ...finding.because,
      ],
      // Where no policy speaks at all, the finding brings one along.
      fix: finding.fix?.sql === undefined ? WIDEN : finding.fix,
    },
    also,
  });
  for (const question of ["update", "select"] as const) {
    const silent = silence(relation, inquiry.role, question);
    if (silent !== undefined)
      return complete({ finding: silenceFinding(inquiry, relation, inquiry.role, question, silent, effect), also: [] });
  }
  const bodies = mutate === undefined ? undefined : bodyRows(inquiry.sent);
  const rows = bodies === undefined ? [] : await existingRows(inquiry, relation, columns, bodies);
  const gates = (["update", "select"] as const).map((question) => applicable(relation, inquiry.role, question));
  const found = causeFinding(inquiry, relation, await assess(inquiry, relation, inquiry.role, gates, rows), effect, {
    code: "policies.upsert",
  });
  return complete(
    found ?? {
      finding: { code: "policies.upsert", layer: "policies", title: `${effect}.`, because: [] },
      also: [],
    },
  );
}

const WIDEN = {
  text: "Use another key, send a plain INSERT, or widen the UPDATE policy if this user should change that row.",
};

async function existingRows(
  { session }: Inquiry,
  relation: Relation,
  columns: readonly string[],
  bodies: ReadonlyArray<Readonly<Record<string, unknown>>>,
): Promise<Sample[]> {
  if (columns.length === 0) return [];
  const table = `${name(relation.schema)}.${name(relation.name)}`;
  const same = columns.map((column) => `flux_dev_r.${name(column)} = flux_dev_b.${name(column)}`).join(" AND ");
  const tried = await session.attempt(() =>
    session.query<Sample>(
      `SELECT flux_dev_r::text AS raw, to_jsonb(flux_dev_r) AS json FROM ${table} AS flux_dev_r
         JOIN jsonb_populate_recordset(NULL::${table}, $1) AS flux_dev_b ON ${same} LIMIT 20`,
      [JSON.stringify(bodies)],
    ),
  );
  return tried.ok ? tried.value : [];
}
