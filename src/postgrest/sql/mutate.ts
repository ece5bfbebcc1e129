/** SQL of a mutate plan: INSERT, UPDATE or DELETE with what has to be returned. */
import type { Dialect } from "../dialect.ts";
import { somethingWentWrong } from "../errors/catalogue.ts";
import type { CoercibleOrderTerm, MutatePlan } from "../plan/types.ts";
import type { QualifiedIdentifier } from "../schema-cache/types.ts";
import { logicTree, where } from "./fragments/filter.ts";
import { BODY, fromJsonBody, type JsonBody } from "./fragments/json-body.ts";
import { bare, columnOf, qualified } from "./fragments/names.ts";
import { isAllRows, limitOffset, orderBy } from "./fragments/order.ts";
import { countInserted } from "./fragments/settings.ts";
import { ident, type OpenSnippet, raw, type Snippet, sql, words } from "./snippet.ts";

type Insert = Extract<MutatePlan, { kind: "insert" }>;
type Update = Extract<MutatePlan, { kind: "update" }>;
type Delete = Extract<MutatePlan, { kind: "delete" }>;

export function mutateQuery(plan: MutatePlan, dialect: Dialect): OpenSnippet {
  if (plan.kind === "insert") return insert(plan, dialect);
  return plan.kind === "update" ? update(plan, dialect) : remove(plan);
}

function insert(plan: Insert, dialect: Dialect): OpenSnippet {
  const { target, columns, onConflict, applyDefaults } = plan;
  const names = columns.map(({ name }) => ident(name)).join(", ");
  const rows = fromJsonBody(dialect, sentBody(plan), columns, { select: true, defaults: applyDefaults });
  const counts = onConflict?.resolution === "merge-duplicates";
  // On PUT the row in the body must be the one the URL names, or nothing is written.
  const conditions = [...(counts ? [raw(countInserted("+"))] : []), ...plan.where.map((tree) => logicTree(BODY, tree))];
  return words(
    `INSERT INTO ${qualified(target)}${names === "" ? "" : `(${names})`}`,
    rows,
    where(conditions),
    conflict(plan),
    returning(target, plan.returning),
  );
}

const sentBody = ({ bodyIsObject }: Insert | Update): JsonBody => ({
  value: ({ body }) => body,
  isObject: bodyIsObject,
});

function conflict({ onConflict, columns }: Insert): string {
  if (onConflict === null || onConflict.columns.length === 0) return "";
  const target = `ON CONFLICT(${onConflict.columns.map(ident).join(", ")})`;
  if (onConflict.resolution === "ignore-duplicates" || columns.length === 0) return `${target} DO NOTHING`;
  const sets = columns.map(({ name }) => `${ident(name)} = EXCLUDED.${ident(name)}`).join(", ");
  return `${target} DO UPDATE SET ${sets} WHERE ${countInserted("-")}`;
}

function update(plan: Update, dialect: Dialect): OpenSnippet {
  const { target, columns, applyDefaults, range } = plan;
  if (columns.length === 0) {
    // There is no UPDATE that sets nothing. No row, but with the columns of `returning`, so that a select on them holds.
    const names = plan.returning.map((name) => columnOf(bare(target.name), name)).join(", ");
    return raw(`SELECT ${names === "" ? "NULL" : names} FROM ${qualified(target)} WHERE false`);
  }
  const returned = returning(target, plan.returning);
  if (isAllRows(range)) {
    const sets = columns.map(({ name }) => `${ident(name)} = ${columnOf(BODY, name)}`).join(", ");
    const rows = fromJsonBody(dialect, sentBody(plan), columns, { defaults: applyDefaults });
    return words(`UPDATE ${qualified(target)} SET ${sets}`, rows, conditions(plan), returned);
  }
  const row = fromJsonBody(dialect, sentBody(plan), columns, {
    select: true,
    first: true,
    defaults: applyDefaults,
  });
  const sets = columns.map(({ name }) => `${ident(name)} = (SELECT ${ident(name)} FROM pgrst_update_body)`).join(", ");
  const identity = rangeIdentity(target, plan.order);
  return words(
    sql`WITH pgrst_update_body AS (${row}), ${affectedRows(plan, identity.columns)}`,
    `UPDATE ${qualified(target)} SET ${sets} FROM pgrst_affected_rows WHERE ${identity.condition}`,
    returned,
  );
}

function remove(plan: Delete): Snippet {
  const { target, range } = plan;
  const returned = returning(target, plan.returning);
  if (isAllRows(range)) return words(`DELETE FROM ${qualified(target)}`, conditions(plan), returned);
  const identity = rangeIdentity(target, plan.order);
  return words(
    sql`WITH ${affectedRows(plan, identity.columns)}`,
    `DELETE FROM ${qualified(target)} USING pgrst_affected_rows WHERE ${identity.condition}`,
    returned,
  );
}

const conditions = ({ target, where: trees }: Update | Delete): Snippet =>
  where(trees.map((tree) => logicTree(target, tree)));

/** The rows a limited write touches, known by the columns they are ordered by. */
function affectedRows(plan: Update | Delete, columns: string): Snippet {
  const { target, order, range } = plan;
  const rows = words(
    `SELECT ${columns} FROM ${qualified(target)}`,
    conditions(plan),
    orderBy(target, order),
    limitOffset(range),
  );
  return sql`pgrst_affected_rows AS (${rows})`;
}

/** A limited write finds its rows again by the columns it is ordered by; PostgREST falls over a column of an embed. */
function rangeIdentity(
  target: QualifiedIdentifier,
  order: readonly CoercibleOrderTerm[],
): { readonly columns: string; readonly condition: string } {
  const names = order.map((term) => {
    if (term.kind === "relation") throw somethingWentWrong();
    return term.field.name;
  });
  return {
    columns: names.map((name) => columnOf(target, name)).join(", "),
    condition: names
      .map((name) => `${columnOf(target, name)} = ${columnOf(bare("pgrst_affected_rows"), name)}`)
      .join(" AND "),
  };
}

/** At least a 1 per row, to know how many there were. */
const returning = (target: QualifiedIdentifier, columns: readonly string[]): string =>
  `RETURNING ${columns.length === 0 ? "1" : columns.map((name) => columnOf(target, name)).join(", ")}`;
