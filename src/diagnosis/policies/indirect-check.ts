/** A row refused that the request did not write itself: a function, a trigger or a view did, perhaps as another role. */
import { relationsByName } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import { actingOwners } from "../grants/users.ts";
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";
import type { Finding, Findings } from "../types.ts";
import { placeText, quoteName } from "../words.ts";
import { silence } from "./applicable.ts";
import { blindHelper } from "./blind-helper.ts";
import { checkFix } from "./check-fix.ts";
import { rowsLeftBehind } from "./new-rows.ts";
import { refusalEffect, refusedBy } from "./refused-by.ts";
import type { Sample } from "./scope.ts";
import { silenceFinding, upsertFix } from "./silence-finding.ts";

/** The function that was at work when the row was refused; those that called it come after it. */
const INNERMOST = /(?:PL\/pgSQL|SQL) function ("?[^"\s(]+"?(?:\([^)]*\))?)/;

export async function indirectFindings(inquiry: Inquiry, relation: Relation, failure: SqlFailure): Promise<Findings> {
  const { session, names, role } = inquiry;
  const place = failure.where === null ? undefined : `Postgres was in: ${placeText(failure.where)}.`;
  const isUpsert = /\bon conflict\b[\s\S]*\bdo update\b/i.test(failure.where ?? "");
  const owners = await actingOwners(session, names.schema);
  const acting = [...new Set([role, ...owners, relation.owner])].filter((one) => one !== "postgres");
  const explained = async (one: string, rows: readonly Sample[]): Promise<Findings | undefined> => {
    const found = await asActing(inquiry, relation, one, rows, isUpsert);
    if (found === undefined) return found;
    if (place === undefined) return one === role ? throughView(inquiry, relation, found) : found;
    const blind = await blindHelper(inquiry, found.finding, owners);
    if (blind !== undefined) return { finding: { ...blind, because: [place, ...blind.because] }, also: found.also };
    const { finding } = found;
    const writer = INNERMOST.exec(failure.where ?? "")?.[1];
    const byHand = finding.code === "policies.with-check" && writer !== undefined && finding.fix?.sql === undefined;
    const fix = byHand ? { fix: { text: `Correct what ${writer} writes, or widen the policy.` } } : {};
    return { finding: { ...finding, because: [place, ...finding.because], ...fix }, also: found.also };
  };
  for (const one of acting) {
    const rows = await rowsLeftBehind(inquiry, relation, [one]);
    // Lifting this one helps, so it is this one that is held back.
    if (rows !== undefined) return (await explained(one, rows)) ?? unexplained(failure, inquiry.show(relation));
  }
  const rows = await rowsLeftBehind(inquiry, relation, acting);
  for (const one of rows === undefined ? [] : acting) {
    const found = await explained(one, rows ?? []);
    if (found !== undefined) return found;
  }
  return unexplained(failure, inquiry.show(relation));
}

/** Written through a view as the user: a column that the view does not have only a default can fill. */
async function throughView(inquiry: Inquiry, relation: Relation, found: Findings): Promise<Findings> {
  const { plan } = inquiry.sent;
  if (found.finding.code !== "policies.with-check" || plan.kind !== "mutate") return found;
  const remedy = await checkFix(inquiry, relation, found.finding);
  if (remedy?.column === undefined) return found;
  const { column, fix } = remedy;
  const [view] = await relationsByName(inquiry.session, [plan.target], [inquiry.role]);
  const shown = view?.columns.some(({ name }) => name === column.name);
  const text = `${inquiry.show(plan.target)} has no column ${quoteName(column.name)}: let a default fill it, or show it in the view.`;
  return { finding: { ...found.finding, fix: shown ? fix : { ...fix, text } }, also: found.also };
}

async function asActing(
  inquiry: Inquiry,
  relation: Relation,
  acting: string,
  rows: readonly Sample[],
  isUpsert: boolean,
): Promise<Findings | undefined> {
  const effect = refusalEffect(inquiry, relation);
  const asOwner = acting !== inquiry.role;
  for (const question of ["insert-check", "update-check"] as const) {
    const silent = silence(relation, acting, question);
    if (silent !== undefined) {
      const finding = silenceFinding(inquiry, relation, acting, question, silent, effect);
      const fix = isUpsert ? { fix: upsertFix(inquiry, relation, acting) } : {};
      const told = { ...finding, ...fix };
      return { finding: asOwner ? await ownersRights(inquiry, relation, acting, told) : told, also: [] };
    }
    const found = await refusedBy(inquiry, relation, acting, question, rows, effect);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function ownersRights(inquiry: Inquiry, relation: Relation, owner: string, finding: Finding): Promise<Finding> {
  const table = inquiry.show(relation);
  const { plan } = inquiry.sent;
  const [target] = plan.kind === "mutate" ? await relationsByName(inquiry.session, [plan.target], [inquiry.role]) : [];
  const view = target?.kind === "view" ? target : undefined;
  const forced = `${table} has FORCE ROW LEVEL SECURITY, which holds for the owner too; v2 sets it at every push.`;
  const title = `Row security refuses the new row of ${table}: it is written as ${owner}, for whom no policy allows it.`;
  if (view !== undefined) {
    const shown = inquiry.show(view);
    return {
      ...finding,
      code: "policies.view-owner",
      title,
      because: [
        `The view ${shown} has no security_invoker, so it writes with the rights of its owner ${owner}.`,
        forced,
      ],
      fix: {
        text: "Let the view write with the rights of whoever asks.",
        sql: `ALTER VIEW ${shown} SET (security_invoker = true);`,
      },
    };
  }
  return {
    ...finding,
    code: "policies.definer-owner",
    title,
    because: [`A SECURITY DEFINER function writes with the rights of its owner ${owner}.`, forced, ...finding.because],
  };
}

export const unexplained = (failure: SqlFailure, table: string): Findings => ({
  finding: {
    code: "policies.unexplained",
    layer: "policies",
    title: `Row security refused a new row of ${table}, and it could not be found out which policy.`,
    because: [
      `Postgres says: ${failure.message}.`,
      ...(failure.where === null ? [] : [`It was in: ${placeText(failure.where)}.`]),
    ],
  },
  also: [],
});
