/** A view hides rows: its tables are read as its owner, or as the caller where it is a security invoker. */
import type { ReadPlan } from "../../postgrest/plan/types.ts";
import { basesOf, relationsByName, type ViewBase } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import { filterColumns } from "../grants/needs.ts";
import type { Inquiry } from "../inquiry.ts";
import { silence } from "../policies/applicable.ts";
import { hiddenFinding } from "../policies/hidden.ts";
import { silenceFinding } from "../policies/silence-finding.ts";
import type { Finding, Findings, Proof } from "../types.ts";
import { listed, quoteName } from "../words.ts";
import { unsecuredCount, visibleCount } from "./counts.ts";
import { allRows, countTable, ownFilters, rowsText } from "./sql.ts";

/** `view` shows the request none of its rows, though rows exist. Undefined when none of its tables hides any. */
export async function viewFinding(
  inquiry: Inquiry,
  plan: Pick<ReadPlan, "from" | "where">,
  view: Relation,
  effect: string,
): Promise<Findings | undefined> {
  const bases = await basesOf(inquiry.session, view, inquiry.role);
  const secured = bases.filter(({ relation, role }) => relation.securedFor.includes(role));
  const meant = await meantBase(inquiry, plan, secured);
  if (meant !== undefined) return asCaller(inquiry, meant, effect, plan.where);
  for (const base of secured) {
    if ((await visibleCount(inquiry, countTable(base.relation), base.role)) > 0) continue;
    return base.role === inquiry.role ? asCaller(inquiry, base, effect) : asOwner(inquiry, plan, base, effect);
  }
  // Some rows are visible in every table: those that matter are not. The first secured table is the best guess.
  const [base] = secured;
  return base === undefined ? undefined : asCaller(inquiry, base, effect);
}

/** Columns mostly keep their names in a view: a table that has those of the filter, and hides just the rows that match. */
async function meantBase(
  inquiry: Inquiry,
  { where }: Pick<ReadPlan, "where">,
  bases: readonly ViewBase[],
): Promise<ViewBase | undefined> {
  const names = ownFilters(where).flatMap(filterColumns);
  if (names.length === 0) return undefined;
  for (const base of bases) {
    const { relation, role } = base;
    if (role !== inquiry.role || !names.every((name) => relation.columns.some((column) => column.name === name)))
      continue;
    const matching = await unsecuredCount(inquiry, countTable(relation, where));
    if (matching > 0 && (await visibleCount(inquiry, countTable(relation, where))) === 0) return base;
  }
  return undefined;
}

const asCaller = (
  inquiry: Inquiry,
  { relation, role }: ViewBase,
  effect: string,
  filters: ReadPlan["where"] = [],
): Promise<Findings> =>
  hiddenFinding(inquiry, {
    relation,
    role,
    questions: ["select"],
    filters,
    effect: `${effect}, by the policies of ${inquiry.show(relation)} that it reads`,
  });

async function asOwner(
  inquiry: Inquiry,
  plan: Pick<ReadPlan, "from" | "where">,
  base: ViewBase,
  effect: string,
): Promise<Findings> {
  const { relation, role, view } = base;
  // A policy for everybody holds for the owner too, and then its values decide as for any other role.
  if (silence(relation, role, "select") === undefined) return asCaller(inquiry, base, effect);
  const finding = ownerFinding(inquiry, base, effect);
  const [own] = await relationsByName(inquiry.session, [relation], [inquiry.role]);
  const silent = own?.securedFor.includes(inquiry.role) ? silence(own, inquiry.role, "select") : undefined;
  if (own === undefined || silent === undefined)
    return { finding: { ...finding, proof: await invokerProof(inquiry, plan, view) }, also: [] };
  // The owner's rights are in the way, and the caller's would be no better: both have to be mended.
  const again = `Read with the caller's rights, ${inquiry.show(relation)} would show nothing either`;
  const behind = silenceFinding(inquiry, own, inquiry.role, "select", silent, again);
  const sql = [finding.fix?.sql, behind.fix?.sql].filter((one) => one !== undefined).join("\n");
  return {
    finding: { ...finding, fix: { text: `${finding.fix?.text} ${behind.fix?.text ?? ""}`.trim(), sql } },
    also: [behind],
  };
}

function ownerFinding(inquiry: Inquiry, base: ViewBase, effect: string): Finding {
  const { relation, role, view } = base;
  const table = inquiry.show(relation);
  const shown = inquiry.show(view);
  return {
    code: "policies.view-owner",
    layer: "policies",
    title: `${effect}: the view reads ${table} as its owner ${role}, for whom ${table} has no policy.`,
    because: [
      `${shown} has no security_invoker, so its tables are read with the rights of ${role}.`,
      `${table} has ${relation.forced ? "FORCE ROW LEVEL SECURITY, which holds for the owner too" : "row security"}, and ${policiesText(base)}.`,
    ],
    fix: {
      text: "Let the view read with the rights of whoever asks.",
      sql: `ALTER VIEW ${shown} SET (security_invoker = true);`,
    },
  };
}

/** A view that has rows all the same: a count, or an outer join, of a table that its owner sees nothing of. */
export async function blindView(
  inquiry: Inquiry,
  plan: Pick<ReadPlan, "from" | "where">,
  view: Relation,
): Promise<Finding | undefined> {
  if (view.kind !== "view") return undefined;
  for (const base of await basesOf(inquiry.session, view, inquiry.role)) {
    const { relation, role } = base;
    if (role === inquiry.role || !relation.securedFor.includes(role)) continue;
    if (silence(relation, role, "select") === undefined) continue;
    const rows = await unsecuredCount(inquiry, countTable(relation));
    if (rows === 0) continue;
    const effect = `Nothing was refused, but ${inquiry.show(view)} leaves out ${allRows(rows)} of ${inquiry.show(relation)}`;
    return { ...ownerFinding(inquiry, base, effect), proof: await invokerProof(inquiry, plan, base.view) };
  }
  return undefined;
}

function policiesText({ relation }: ViewBase): string {
  if (relation.policies.length === 0) return "it has no policy at all";
  const names = relation.policies.map(({ name, roles }) => `"${name}" is TO ${roles.join(", ")}`);
  return `none of its policies is for it (${names.join("; ")})`;
}

/** The view's own query, run as the request's role: what security_invoker would do, without touching the view. */
async function invokerProof(inquiry: Inquiry, plan: Pick<ReadPlan, "where">, view: Relation): Promise<Proof> {
  const { session } = inquiry;
  const [row] = await session.query<{ query: string }>("SELECT pg_get_viewdef($1::oid) AS query", [view.oid]);
  const tried = "the view's query, run as the request's own role";
  const query = (row?.query ?? "").replace(/;\s*$/, "");
  const { text, values } = countTable({ schema: "", name: "flux_dev_view" }, plan.where);
  const result = await session.as(inquiry.identity(inquiry.role, { readOnly: true }), () =>
    session.query<{ n: number }>(`WITH ${quoteName("flux_dev_view")} AS (${query}) ${text}`, [...values]),
  );
  if (!result.ok) return { tried, result: `${result.failure.sqlState}: ${result.failure.message}`, holds: false };
  const rows = result.value[0]?.n ?? 0;
  const own = rows > 0 ? "" : ": the policies show this user none of them either";
  return { tried, result: `it gives ${rowsText(rows)}${own}`, holds: rows > 0 };
}

/** A materialized view that was filled as an owner who sees nothing of what it reads. Undefined where that is not so. */
export async function unfilledFinding(inquiry: Inquiry, view: Relation): Promise<Finding | undefined> {
  const { owner } = view;
  const blind: Array<{ readonly table: string; readonly name: string; readonly rows: number }> = [];
  for (const { relation } of await basesOf(inquiry.session, view, owner)) {
    if (!relation.securedFor.includes(owner) || silence(relation, owner, "select") === undefined) continue;
    const rows = await unsecuredCount(inquiry, countTable(relation));
    if (rows > 0) blind.push({ table: inquiry.show(relation), name: relation.name, rows });
  }
  if (blind.length === 0) return undefined;
  const shown = inquiry.show(view);
  const tables = listed(blind.map(({ table }) => table));
  return {
    code: "policies.view-owner",
    layer: "policies",
    title: `The materialized view ${shown} has no rows: its owner ${owner}, who fills it, sees none of ${tables}.`,
    because: [
      ...blind.map(({ table, rows }) => `${table} has ${rowsText(rows)}, and no policy of it is for ${owner}.`),
      "FORCE ROW LEVEL SECURITY holds for owners too.",
    ],
    fix: {
      text: `Let ${owner} see what the view is made of, and refresh it; whoever may read ${shown} sees all that it holds then.`,
      sql: [
        ...blind.map(
          ({ table, name }) =>
            `CREATE POLICY ${quoteName(`${name}_owner`)} ON ${table} FOR SELECT TO ${quoteName(owner)} USING (true);`,
        ),
        `REFRESH MATERIALIZED VIEW ${shown};`,
      ].join("\n"),
    },
  };
}
