/** The write passes its own policies, and Postgres refuses all the same: the new row has to be visible too. */
import type { MutatePlan } from "../../postgrest/plan/types.ts";
import { mutateQuery } from "../../postgrest/sql/mutate.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { factsOf } from "../predicates/facts.ts";
import { parseExpression } from "../predicates/parser.ts";
import type { Findings, Fix, Proof } from "../types.ts";
import { capital, listed, quoteName } from "../words.ts";
import { applicable, silence } from "./applicable.ts";
import { assess } from "./assess.ts";
import { causeFinding } from "./cause-finding.ts";
import { evaluate } from "./evaluate.ts";
import { truthOf } from "./leaf.ts";
import { dialectOf, mentions, sentColumns, withBody } from "./new-rows.ts";
import { rowScope, type Sample } from "./scope.ts";
import { conditionFor, createFix, silenceFinding } from "./silence-finding.ts";

/** Undefined when the SELECT policies let the row through as well. */
export async function returningFindings(
  inquiry: Inquiry,
  relation: Relation,
  plan: MutatePlan,
  rows: readonly Sample[],
): Promise<Findings | undefined> {
  const effect = `The new row of ${inquiry.show(relation)} may be written, but not be seen`;
  const reason =
    plan.kind === "insert"
      ? `${plan.onConflict === null ? "Prefer: return=representation makes it INSERT … RETURNING" : "An upsert reads what it may run into"}, so a SELECT policy has to show the new row as well.`
      : "An UPDATE with a filter reads the table, so a SELECT policy has to show the new row as well.";
  const proof = plan.kind === "insert" && plan.onConflict === null ? await withoutReturning(inquiry, plan) : undefined;
  const passing = await passingCondition(inquiry, relation, plan, rows);
  const condition = passing ?? (await guessedCondition(inquiry, relation, rows));
  const complete = ({ finding, also }: Findings): Findings => ({
    finding: {
      ...finding,
      code: "policies.returning",
      because: [reason, ...finding.because],
      fix: fixFor(inquiry, relation, plan, condition, changedIn(inquiry, relation, finding)),
      ...(proof === undefined ? {} : { proof }),
    },
    also,
  });
  const silent = silence(relation, inquiry.role, "select");
  if (silent !== undefined)
    return complete({ finding: silenceFinding(inquiry, relation, inquiry.role, "select", silent, effect), also: [] });
  const set = applicable(relation, inquiry.role, "select");
  const found = causeFinding(inquiry, relation, await assess(inquiry, relation, inquiry.role, [set], rows), effect, {
    code: "policies.returning",
  });
  if (found === undefined) return undefined;
  // A mistake in the SELECT policy keeps its own name beside this one.
  const inner = found.finding.code === "policies.returning" ? [] : [withoutRows(found.finding)];
  return complete({ finding: found.finding, also: [...inner, ...found.also] });
}

const withoutRows = ({ rows: _rows, ...finding }: Findings["finding"]): Findings["finding"] => finding;

/** What lets these rows be written tells best who should see them: the permissive policy that all of them pass. */
async function passingCondition(
  inquiry: Inquiry,
  relation: Relation,
  plan: MutatePlan,
  rows: readonly Sample[],
): Promise<string | undefined> {
  if (rows.length === 0) return undefined;
  const { role, session } = inquiry;
  const questions = plan.kind === "insert" ? (["insert-check"] as const) : (["update-check", "update"] as const);
  const texts = questions
    .flatMap((question) => applicable(relation, role, question).permissive)
    .map(({ expression }) => expression)
    .filter(asksWho);
  const values = await evaluate(session, rowScope(relation, rows), texts, inquiry.identity(role));
  return texts.find((text) => values.get(text)?.every((one) => truthOf(one) === "true"));
}

/** A condition on the row alone would show it to everybody. */
function asksWho(text: string): boolean {
  const { functions, claims, legacyClaims, settings, members, tables } = factsOf(parseExpression(text));
  return [functions, claims, legacyClaims, settings, members, tables].some((names) => names.length > 0);
}

/** A condition that would not show the rows is no remedy. */
async function guessedCondition(
  inquiry: Inquiry,
  relation: Relation,
  rows: readonly Sample[],
): Promise<string | undefined> {
  const guess = conditionFor(relation, undefined);
  if (guess === "true" || rows.length === 0) return undefined;
  const values = await evaluate(inquiry.session, rowScope(relation, rows), [guess], inquiry.identity(inquiry.role));
  return values.get(guess)?.every((one) => truthOf(one) === "true") ? guess : undefined;
}

/** Columns that the request sets and that the SELECT policies look at. */
function changedIn(inquiry: Inquiry, relation: Relation, { rows = [] }: Findings["finding"]): string[] {
  const texts = rows.flatMap(({ policies }) => policies.map(({ expression }) => expression));
  return sentColumns(inquiry).filter((name) => texts.some((text) => mentions(text, relation.name, name)));
}

function fixFor(
  inquiry: Inquiry,
  relation: Relation,
  plan: MutatePlan,
  condition: string | undefined,
  changed: readonly string[],
): Fix {
  const sql = condition === undefined ? {} : createFix(inquiry, relation, inquiry.role, "select", condition);
  if (plan.kind === "insert" && plan.onConflict === null)
    return {
      ...sql,
      text: "Send Prefer: return=minimal (in supabase-js: leave .select() out), or add a SELECT policy that shows the row to its writer.",
    };
  const show = "add a SELECT policy that shows the row as it is after the write; reads show such rows then as well.";
  const keep =
    plan.kind === "update" && changed.length > 0 ? `leave ${listed(changed.map(quoteName))} as it is, or ` : "";
  return { ...sql, text: capital(`${keep}${show}`) };
}

async function withoutReturning(inquiry: Inquiry, plan: MutatePlan): Promise<Proof> {
  const main = withBody(inquiry, mutateQuery({ ...plan, returning: [] }, dialectOf(inquiry)));
  const tried = await inquiry.replay.run({ main });
  return {
    tried: "the same INSERT without RETURNING, as the same role",
    result: tried.ok ? "it passes" : `${tried.failure.sqlState}: ${tried.failure.message}`,
    holds: tried.ok,
  };
}
