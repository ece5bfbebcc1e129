/** The rows a write would leave behind, had row security let it: written in an experiment, or put together from the body. */
import { escapeIdentifier as name } from "pg";
import { dialects } from "../../postgrest/dialect.ts";
import type { MutatePlan } from "../../postgrest/plan/types.ts";
import { mutateQuery } from "../../postgrest/sql/mutate.ts";
import { fill, type OpenSnippet, render, type Statement, sql } from "../../postgrest/sql/snippet.ts";
import { modes } from "../../project/mode/mode.ts";
import type { Relation } from "../catalog/types.ts";
import type { SentRequest } from "../evidence.ts";
import type { Inquiry } from "../inquiry.ts";
import { sampleTable, takeSamples } from "../rows/sql.ts";
import type { Sample } from "./scope.ts";

const MOST = 20;

export const dialectOf = ({ trace }: Inquiry) => dialects[modes[trace.mode].postgrestVersion];

/** A statement with the request's body in it. */
export const withBody = ({ sent }: Inquiry, snippet: OpenSnippet): Statement =>
  fill(render(snippet), { body: sent.body, values: [] });

/** The write with the whole rows as its result. */
function writeReturning(inquiry: Inquiry, plan: MutatePlan): Statement {
  const write = mutateQuery({ ...plan, returning: ["*"] }, dialectOf(inquiry));
  return withBody(
    inquiry,
    sql`WITH "flux_dev_w" AS (${write}) SELECT "flux_dev_w"::text AS raw, pg_catalog.to_jsonb("flux_dev_w") AS json FROM "flux_dev_w" LIMIT ${String(MOST)}`,
  );
}

/** Of the plan's own target. */
export async function newRows(inquiry: Inquiry, relation: Relation, plan: MutatePlan): Promise<Sample[]> {
  const { replay, role } = inquiry;
  // The experiment returns the whole row, which the role may not be allowed to read.
  const prepared = [`GRANT SELECT ON ${name(relation.schema)}.${name(relation.name)} TO ${name(role)}`];
  const written = await replay.run({ lifted: [role], main: writeReturning(inquiry, plan), prepared });
  if (written.ok) {
    const rows = written.value as unknown as Sample[];
    // Rows that are left out for their key are asked about by the policies all the same.
    const ignores = plan.kind === "insert" && plan.onConflict?.resolution === "ignore-duplicates";
    const all = ignores ? Math.min(bodyRows(inquiry.sent)?.length ?? 0, MOST) : 0;
    return ignores && rows.length < all ? assembledRows(inquiry, relation, plan) : rows;
  }
  inquiry.note(
    `Without row security the write meets ${written.failure.sqlState}: ${written.failure.message}. The new row is shown as it was sent, with defaults and without triggers.`,
  );
  return plan.kind === "delete" ? [] : assembledRows(inquiry, relation, plan);
}

/** From the body and the columns' defaults. Sequences are left alone, so generated keys are NULL here. */
export async function assembledRows(
  inquiry: Inquiry,
  relation: Relation,
  plan: Exclude<MutatePlan, { kind: "delete" }>,
): Promise<Sample[]> {
  const { session } = inquiry;
  const bodies = bodyRows(inquiry.sent)?.map((body) => taken(body, plan));
  if (bodies === undefined) return [];
  if (plan.kind === "update") {
    const before = await takeSamples(session, sampleTable(relation, plan.where, MOST));
    return before.length === 0
      ? []
      : populated(
          inquiry,
          relation,
          before.map(({ json }) => ({ ...json, ...bodies[0] })),
        );
  }
  const defaults = relation.columns.filter(
    ({ name: column, default: expression }) =>
      expression !== null && !expression.includes("nextval(") && !plan.columns.some((sent) => sent.name === column),
  );
  const values = defaults.map(
    ({ name: column, default: expression }) => `'${column.replaceAll("'", "''")}', ${expression}`,
  );
  const made = await session.as(inquiry.identity(inquiry.role, { readOnly: true }), () =>
    session.query<{ values: Record<string, unknown> }>(`SELECT jsonb_build_object(${values.join(", ")}) AS values`),
  );
  const base = made.ok ? made.value[0]?.values : {};
  return populated(
    inquiry,
    relation,
    bodies.slice(0, MOST).map((body) => ({ ...base, ...body })),
  );
}

/** `columns=` leaves the others out. */
const taken = (body: BodyRow, { columns }: Exclude<MutatePlan, { kind: "delete" }>): BodyRow =>
  Object.fromEntries(Object.entries(body).filter(([key]) => columns.some(({ name: column }) => column === key)));

export type BodyRow = Readonly<Record<string, unknown>>;

/** The objects of a write's JSON; undefined when it is something else. */
export function bodyRows({ body }: Pick<SentRequest, "body">): BodyRow[] | undefined {
  try {
    const parsed = JSON.parse(body.toString("utf8")) as unknown;
    const rows = Array.isArray(parsed) ? parsed : [parsed];
    return rows.every((row) => typeof row === "object" && row !== null) ? (rows as BodyRow[]) : undefined;
  } catch {
    return undefined;
  }
}

async function populated(inquiry: Inquiry, relation: Relation, rows: readonly BodyRow[]): Promise<Sample[]> {
  const type = `${name(relation.schema)}.${name(relation.name)}`;
  const tried = await inquiry.session.attempt(() =>
    inquiry.session.query<Sample>(
      `SELECT flux_dev_r::text AS raw, to_jsonb(flux_dev_r) AS json FROM jsonb_populate_recordset(NULL::${type}, $1) AS flux_dev_r`,
      [JSON.stringify(rows)],
    ),
  );
  return tried.ok ? tried.value : [];
}

/** Rows of any table that the request's statements left behind, found by the transaction that wrote them. */
export async function rowsLeftBehind(
  inquiry: Inquiry,
  relation: Relation,
  lifted: readonly string[],
): Promise<Sample[] | undefined> {
  const [row] = await inquiry.session.query<{ xid: string }>(
    "SELECT (pg_current_xact_id()::text::numeric % 4294967296)::text AS xid",
  );
  const conditions = {
    lifted,
    after: {
      text: `SELECT flux_dev_r::text AS raw, to_jsonb(flux_dev_r) AS json FROM ${name(relation.schema)}.${name(relation.name)} AS flux_dev_r WHERE flux_dev_r.xmin::text::bigint >= $1 LIMIT ${MOST}`,
      values: [row?.xid ?? "0"],
    },
  };
  const tried = await inquiry.replay.run(conditions);
  if (tried.ok) return tried.value as unknown as Sample[];
  // A trigger that fails once the row is written would hide that it is.
  const bare = await inquiry.replay.run({ ...conditions, prepared: ["SET LOCAL session_replication_role = replica"] });
  // Where there is none, a trigger is what writes it.
  if (!bare.ok || bare.value.length === 0) return undefined;
  const { sqlState, message } = tried.failure;
  inquiry.note(
    `Without row security the write meets ${sqlState}: ${message}. The new row is shown without what triggers make of it.`,
  );
  return bare.value as unknown as Sample[];
}

/** Columns that the request gives values to. */
export function sentColumns({ sent }: Inquiry): string[] {
  const { plan } = sent;
  if (plan.kind !== "mutate" || plan.mutate.kind === "delete") return [];
  return plan.mutate.columns.map(({ name }) => name);
}

/** Whether an expression of a policy is about that column. Postgres prints columns in sub-selects with their table, and others by themselves. */
export function mentions(text: string, table: string, column: string): boolean {
  const name = column.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&");
  return new RegExp(`(?:\\b${table}\\.|(?<![\\w$."]))"?${name}"?(?![\\w$"(.])`).test(text);
}
