/** 23505, and whether the row in the way can be seen by who ran into it. */

import { mutateQuery } from "../../postgrest/sql/mutate.ts";
import { relationsCalled } from "../catalog/relations.ts";
import { readableColumns } from "../grants/missing.ts";
import type { Inquiry } from "../inquiry.ts";
import { dialectOf, withBody } from "../policies/new-rows.ts";
import type { SqlFailure } from "../replay/session.ts";
import { visibleCount } from "../rows/counts.ts";
import { countWhere } from "../rows/sql.ts";
import type { Finding, Proof } from "../types.ts";
import { listed, quoteName, quoteText } from "../words.ts";
import { unsecuredDetail } from "./unsecured-detail.ts";

export async function uniqueFinding(inquiry: Inquiry, failure: SqlFailure): Promise<Finding> {
  const detail = failure.detail ?? (await unsecuredDetail(inquiry, failure)) ?? "";
  const constraint = /constraint "(.+)"$/.exec(failure.message)?.[1] ?? "";
  const hidden = await hiddenRow(inquiry, constraint, detail);
  const because = [`Postgres says: ${failure.message}. ${detail}`.trim()];
  if (hidden === undefined) {
    return {
      code: "sql.unique",
      layer: "constraints",
      title:
        detail === ""
          ? "A row with this key exists already."
          : `A row with this key exists already: ${detail.replace(/^Key /, "").replace(/ already exists\.?$/, "")}.`,
      because,
      ...(await otherWay(inquiry, constraint)),
    };
  }
  return {
    code: "sql.unique-hidden",
    layer: "constraints",
    title: `A row of ${hidden} with this key exists already, and row security hides it from ${inquiry.role}.`,
    because: [...because, "Unique constraints look at all rows; policies only decide which of them are seen."],
    fix: {
      text: "Make the key unique per owner (UNIQUE (owner, …)), or let the database make the key.",
    },
  };
}

/** An upsert goes by one key, and that need not be the one that was violated. What is proposed has been tried. */
async function otherWay(inquiry: Inquiry, constraint: string): Promise<Pick<Finding, "fix" | "proof">> {
  const { plan } = inquiry.sent;
  const mutate = plan.kind === "mutate" ? plan.mutate : undefined;
  if (mutate?.kind !== "insert") return { fix: { text: "Use another value, or change the existing row first." } };
  const columns = await keyColumns(inquiry, constraint);
  if (columns === undefined) return { fix: { text: "Use another value, or update the existing row." } };
  const target = `on_conflict=${columns.join(",")}`;
  const passing = async (resolution: Resolution): Promise<Proof | undefined> => {
    const upsert = mutateQuery({ ...mutate, onConflict: { resolution, columns } }, dialectOf(inquiry));
    const { ok } = await inquiry.replay.run({ main: withBody(inquiry, upsert) });
    const tried = `the same request as an upsert by ${listed(columns.map(quoteName))}, resolution=${resolution}`;
    return ok ? { tried, result: "it passes", holds: true } : undefined;
  };
  if (mutate.onConflict !== null && mutate.onConflict.columns.length > 0) {
    const goesBy = listed(mutate.onConflict.columns.map(quoteName));
    const proof = await passing(mutate.onConflict.resolution);
    return proof === undefined
      ? { fix: { text: `Use another value: the upsert goes by ${goesBy}.` } }
      : { fix: { text: `The upsert goes by ${goesBy}: send ${target}, or use another value.` }, proof };
  }
  const by = columns.join() === mutate.primaryKey.join() ? "" : ` with ${target}`;
  const merged = await passing("merge-duplicates");
  if (merged !== undefined) {
    const text = `Use another value, update the existing row, or send Prefer: resolution=merge-duplicates${by}.`;
    return { fix: { text }, proof: merged };
  }
  const left = await passing("ignore-duplicates");
  if (left === undefined) return { fix: { text: "Use another value." } };
  const text = `Use another value, or send Prefer: resolution=ignore-duplicates${by}, which leaves the existing row as it is.`;
  return { fix: { text }, proof: left };
}

type Resolution = "merge-duplicates" | "ignore-duplicates";

/** Undefined where no `on_conflict` can name the key: it is of expressions, or of some rows. */
async function keyColumns({ session }: Inquiry, constraint: string): Promise<readonly string[] | undefined> {
  const [index] = await session.query<{ columns: string[] }>(
    `SELECT array(SELECT a.attname::text FROM unnest(x.indkey::int2[]) WITH ORDINALITY k (attnum, at)
         JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum WHERE k.at <= x.indnkeyatts ORDER BY k.at) AS columns
       FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
      WHERE i.relname = $1 AND x.indisunique AND x.indpred IS NULL AND x.indexprs IS NULL`,
    [constraint],
  );
  return index?.columns;
}

/** The table, when it holds that row and shows the role none. An index of a partition stands for the table that was named. */
async function hiddenRow(inquiry: Inquiry, constraint: string, detail: string): Promise<string | undefined> {
  const [, columns, values] = /^Key \((.+?)\)=\((.*)\) already exists\.?$/.exec(detail) ?? [];
  if (columns === undefined || values === undefined) return undefined;
  const [row] = await inquiry.session.query<{ table: string }>(
    `SELECT coalesce(named.relname, t.relname) AS table FROM pg_class i JOIN pg_index x ON x.indexrelid = i.oid JOIN pg_class t ON t.oid = x.indrelid
       LEFT JOIN pg_class named ON named.relname = $2 AND named.oid IN (SELECT relid FROM pg_partition_ancestors(t.oid)) WHERE i.relname = $1`,
    [constraint, inquiry.sent.plan.target.name],
  );
  const [relation] = await relationsCalled(inquiry.session, row?.table ?? "", inquiry.names.schema, [inquiry.role]);
  if (relation === undefined || !relation.securedFor.includes(inquiry.role)) return undefined;
  const names = columns.split(", ");
  const texts = names.length === 1 ? [values] : values.split(", ");
  if (names.length !== texts.length) return undefined;
  // Without the privilege nobody asks a policy.
  const readable = await readableColumns(inquiry.session, inquiry.role, relation);
  if (!names.every((name) => readable.includes(name.replaceAll('"', "")))) return undefined;
  const condition = names
    .map((name, index) => `${name.startsWith('"') ? name : quoteName(name)}::text = ${quoteText(texts[index]!)}`)
    .join(" AND ");
  const statement = countWhere(relation, condition);
  const all = await inquiry.session.attempt(() => inquiry.session.query<{ n: number }>(statement.text));
  if (!all.ok || (all.value[0]?.n ?? 0) === 0) return undefined;
  return (await visibleCount(inquiry, statement)) === 0 ? inquiry.show(relation) : undefined;
}
