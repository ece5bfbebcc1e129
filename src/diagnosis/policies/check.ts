/** `new row violates row-level security policy`: which policy, which clause, which values, and whether it is that at all. */
import { relationsByName, relationsCalled } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import { actingOwners } from "../grants/users.ts";
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";
import type { Finding, Findings } from "../types.ts";
import { placeText } from "../words.ts";
import { applicable, type Question, silence } from "./applicable.ts";
import { assess } from "./assess.ts";
import { causeFinding } from "./cause-finding.ts";
import { checkFix, checkProof } from "./check-fix.ts";
import { conflictFindings } from "./conflict.ts";
import type { Sample } from "./evaluate.ts";
import { newRows, rowsLeftBehind } from "./new-rows.ts";
import { returningFindings } from "./returning.ts";
import { silenceFinding } from "./silence-finding.ts";

const MESSAGE = /^new row violates row-level security policy(?: "(.+)")?( \(USING expression\))? for table "(.+)"$/;

export const isCheckFailure = ({ sqlState, message }: SqlFailure): boolean =>
  sqlState === "42501" && MESSAGE.test(message);

export async function checkFindings(inquiry: Inquiry, failure: SqlFailure): Promise<Findings> {
  const [, , conflict, table = ""] = MESSAGE.exec(failure.message) ?? [];
  const { plan } = inquiry.sent;
  const target = plan.kind === "mutate" ? plan.mutate.target : undefined;
  const again = await inquiry.replay.run();
  if (again.ok) return changedSince(failure, table);
  const { names, role } = inquiry;
  const roles = [role, names.ownerRole, ...(await actingOwners(inquiry.session, names.schema))];
  const called = await relationsCalled(inquiry.session, table, inquiry.names.schema, roles);
  const direct = called.find(({ schema, name }) => schema === target?.schema && name === target.name);
  const relation = direct ?? called.find(({ rowSecurity }) => rowSecurity);
  if (relation === undefined) return unexplained(failure, table);
  if (direct !== undefined && conflict !== undefined) return conflictFindings(inquiry, direct);
  if (direct !== undefined && plan.kind === "mutate" && failure.where === null) {
    const found = await directFindings(inquiry, direct);
    if (found !== undefined) return found;
  }
  return indirectFindings(inquiry, relation, failure);
}

/** The request writes the table itself. Undefined when the policies, asked again, have nothing against it. */
async function directFindings(inquiry: Inquiry, relation: Relation): Promise<Findings | undefined> {
  const { plan } = inquiry.sent;
  if (plan.kind !== "mutate") return undefined;
  const { mutate } = plan;
  const inserts = mutate.kind === "insert";
  const question: Question = inserts ? "insert-check" : "update-check";
  const effect = effectOf(inquiry, relation);
  const silent = silence(relation, inquiry.role, question);
  if (silent !== undefined)
    return { finding: silenceFinding(inquiry, relation, inquiry.role, question, silent, effect), also: [] };
  const rows = await newRows(inquiry, relation, mutate);
  const found = await refusedBy(inquiry, relation, inquiry.role, question, rows, effect);
  if (found !== undefined) return withRemedy(inquiry, relation, found);
  // On a conflict an upsert has to pass the checks of UPDATE as well.
  if (inserts && mutate.onConflict?.resolution === "merge-duplicates") {
    const updated = await refusedBy(inquiry, relation, inquiry.role, "update-check", rows, effect);
    if (updated !== undefined) return updated;
  }
  return returningFindings(inquiry, relation, mutate, rows);
}

const effectOf = (inquiry: Inquiry, relation: Relation): string =>
  `Row security refuses the new row of ${inquiry.show(relation)}`;

async function refusedBy(
  inquiry: Inquiry,
  relation: Relation,
  role: string,
  question: Question,
  rows: readonly Sample[],
  effect: string,
): Promise<Findings | undefined> {
  const set = applicable(relation, role, question);
  const assessed = await assess(inquiry, relation, role, [set], rows);
  const fallback = [...set.permissive, ...set.restrictive].some(({ clause }) => clause === "using as check");
  const code = fallback && question === "update-check" ? "policies.using-as-check" : "policies.with-check";
  const fix = { text: "Send a row that satisfies the policy, or widen the policy if it should be allowed." };
  return causeFinding(inquiry, relation, assessed, effect, { code, fix });
}

async function withRemedy(inquiry: Inquiry, relation: Relation, { finding, also }: Findings): Promise<Findings> {
  const plain = finding.code === "policies.with-check" || finding.code === "policies.using-as-check";
  if (!plain) return { finding, also };
  const reason =
    finding.code === "policies.using-as-check"
      ? "The policy has no WITH CHECK, so its USING is asked of the new row as well: a row cannot be moved out of its writer's view."
      : "A row that is written must satisfy WITH CHECK (or USING, where WITH CHECK is left out).";
  const fix = await checkFix(inquiry, relation, finding);
  const proof = fix?.column === undefined ? undefined : await checkProof(inquiry, relation, fix.column, fix.value);
  return {
    finding: {
      ...finding,
      because: [...finding.because, reason],
      ...(fix === undefined ? {} : { fix: fix.fix }),
      ...(proof === undefined ? {} : { proof }),
    },
    also,
  };
}

/** Written by a function, a trigger or through a view: perhaps as another role. */
async function indirectFindings(inquiry: Inquiry, relation: Relation, failure: SqlFailure): Promise<Findings> {
  const { session, names, role } = inquiry;
  const place = failure.where === null ? undefined : `Postgres was in: ${placeText(failure.where)}.`;
  const owners = await actingOwners(session, names.schema);
  const acting = [...new Set([role, ...owners, relation.owner])].filter((one) => one !== "postgres");
  const explained = async (one: string, rows: readonly Sample[]): Promise<Findings | undefined> => {
    const found = await asActing(inquiry, relation, one, rows);
    if (found === undefined || place === undefined) return found;
    return { finding: { ...found.finding, because: [place, ...found.finding.because] }, also: found.also };
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

async function asActing(
  inquiry: Inquiry,
  relation: Relation,
  acting: string,
  rows: readonly Sample[],
): Promise<Findings | undefined> {
  const effect = effectOf(inquiry, relation);
  const asOwner = acting !== inquiry.role;
  for (const question of ["insert-check", "update-check"] as const) {
    const silent = silence(relation, acting, question);
    if (silent !== undefined) {
      const finding = silenceFinding(inquiry, relation, acting, question, silent, effect);
      return { finding: asOwner ? await ownersRights(inquiry, relation, acting, finding) : finding, also: [] };
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

const changedSince = (failure: SqlFailure, table: string): Findings => ({
  finding: {
    code: "policies.unexplained",
    layer: "policies",
    title: `Row security refused a new row of ${table}; asked again, the same request passes.`,
    because: [`Postgres said: ${failure.message}.`, "Policies, data or grants have changed since the request."],
  },
  also: [],
});

const unexplained = (failure: SqlFailure, table: string): Findings => ({
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
