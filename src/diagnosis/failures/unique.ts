/** 23505, and whether the row in the way can be seen by who ran into it. */

import { relationsCalled } from "../catalog/relations.ts";
import type { Inquiry } from "../inquiry.ts";
import { silence } from "../policies/applicable.ts";
import type { SqlFailure } from "../replay/session.ts";
import { visibleCount } from "../rows/counts.ts";
import { countWhere } from "../rows/sql.ts";
import type { Finding } from "../types.ts";
import { listed, quoteName, quoteText } from "../words.ts";

export async function uniqueFinding(inquiry: Inquiry, failure: SqlFailure): Promise<Finding> {
  const detail = failure.detail ?? (await unsecuredDetail(inquiry)) ?? "";
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
      fix: { text: await otherWay(inquiry, constraint, detail) },
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

/** An upsert goes by one key, and that need not be the one that was violated. */
async function otherWay(inquiry: Inquiry, constraint: string, detail: string): Promise<string> {
  const { session } = inquiry;
  const { plan } = inquiry.sent;
  const mutate = plan.kind === "mutate" ? plan.mutate : undefined;
  if (mutate?.kind !== "insert") return "Use another value, or change the existing row first.";
  const columns = /^Key \((.+?)\)=/.exec(detail)?.[1]?.split(", ") ?? [];
  const [row] = await session.query<{ plain: boolean }>(
    "SELECT x.indpred IS NULL AND x.indexprs IS NULL AS plain FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE i.relname = $1 AND x.indisunique",
    [constraint],
  );
  if (row?.plain !== true || columns.length === 0) return "Use another value, or update the existing row.";
  const target = `on_conflict=${columns.map((name) => name.replaceAll('"', "")).join(",")}`;
  const goesBy = mutate.onConflict?.columns ?? [];
  if (goesBy.length > 0)
    return `The upsert goes by ${listed(goesBy.map(quoteName))}: send ${target}, or use another value.`;
  const isKey = columns.join() === mutate.primaryKey.join();
  const by = isKey ? "" : ` with ${target}`;
  return (await mayUpdate(inquiry))
    ? `Use another value, update the existing row, or send Prefer: resolution=merge-duplicates${by}.`
    : `Use another value, or send Prefer: resolution=ignore-duplicates${by}, which leaves the existing row as it is.`;
}

/** An upsert that merges would only meet row security next, where no policy lets the role update anything. */
async function mayUpdate({ session, role, names, sent: { plan } }: Inquiry): Promise<boolean> {
  const [relation] = await relationsCalled(session, plan.target.name, names.schema, [role]);
  return !relation?.securedFor.includes(role) || silence(relation, role, "update") === undefined;
}

/** Under row security Postgres does not tell the key, since it might be somebody else's secret. */
async function unsecuredDetail({ replay, role }: Inquiry): Promise<string | null> {
  const lifted = await replay.run({ lifted: [role] });
  return !lifted.ok && lifted.failure.sqlState === "23505" ? lifted.failure.detail : null;
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
  const condition = names
    .map((name, index) => `${name.startsWith('"') ? name : quoteName(name)}::text = ${quoteText(texts[index]!)}`)
    .join(" AND ");
  const statement = countWhere(relation, condition);
  const all = await inquiry.session.attempt(() => inquiry.session.query<{ n: number }>(statement.text));
  if (!all.ok || (all.value[0]?.n ?? 0) === 0) return undefined;
  return (await visibleCount(inquiry, statement)) === 0 ? inquiry.show(relation) : undefined;
}
