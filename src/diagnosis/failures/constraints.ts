/** A constraint refused the write: what it says, which row of the body it was, and with which values. */
import { relationsCalled } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { evaluate } from "../policies/evaluate.ts";
import { gather } from "../policies/gather.ts";
import { truthOf } from "../policies/leaf.ts";
import { assembledRows, bodyRows } from "../policies/new-rows.ts";
import { operandExpressions } from "../policies/operands.ts";
import { bodyText, calledTexts, operandTexts, partOf, truthText } from "../policies/part-words.ts";
import { rowScope, type Sample } from "../policies/scope.ts";
import { judge } from "../policies/verdict.ts";
import { callsIn } from "../predicates/calls.ts";
import { leavesOf, type Predicate, splitPredicate } from "../predicates.ts";
import type { SqlFailure } from "../replay/session.ts";
import type { Finding } from "../types.ts";
import { capital, listed, plural, quoteName, showOperand, tidy } from "../words.ts";
import { bodyValue } from "./body-values.ts";
import { plainFinding } from "./sqlstate.ts";
import { unsecuredDetail } from "./unsecured-detail.ts";

const STATES = new Set(["23502", "23503", "23514", "23P01"]);

/** Undefined for other errors. */
export async function constraintFinding(inquiry: Inquiry, failure: SqlFailure): Promise<Finding | undefined> {
  if (!STATES.has(failure.sqlState)) return undefined;
  const { message } = failure;
  const detail = (await unsecuredDetail(inquiry, failure)) ?? failure.detail;
  const finding = plainFinding(inquiry, { ...failure, detail: detail?.startsWith("Failing row") ? null : detail });
  const [relation] = await relationsCalled(
    inquiry.session,
    /(?:relation|table) "([^"]+)"/.exec(message)?.[1] ?? "",
    inquiry.names.schema,
    [inquiry.role],
  );
  const definition = await definitionOf(inquiry, /constraint "([^"]+)"/.exec(message)?.[1], relation);
  const facts = [
    ...(definition === undefined ? [] : [`It says ${definition}.`]),
    ...(await rowFacts(inquiry, failure, relation, definition)),
    ...(failure.sqlState === "23P01" ? ["The row it conflicts with counts even where row security hides it."] : []),
  ];
  return { ...finding, because: [...finding.because, ...facts] };
}

/** Of a table's constraint, or a domain's. */
async function definitionOf(
  { session }: Inquiry,
  name: string | undefined,
  relation: Relation | undefined,
): Promise<string | undefined> {
  if (name === undefined) return undefined;
  const [row] = await session.query<{ text: string }>(
    `select pg_get_constraintdef(oid) as text from pg_constraint where conname = $1
      order by conrelid <> coalesce($2::oid, 0) limit 1`,
    [name, relation?.oid ?? null],
  );
  return row?.text;
}

/** Which object of the body it was, where that can be told, and the values that the constraint looked at. */
async function rowFacts(
  inquiry: Inquiry,
  failure: SqlFailure,
  relation: Relation | undefined,
  definition: string | undefined,
): Promise<string[]> {
  const { sqlState, message } = failure;
  const { plan } = inquiry.sent;
  if (message.startsWith("value for domain")) {
    const sent = await bodyValue(inquiry, failure);
    return sent === undefined ? [] : [sent.fact];
  }
  if (relation === undefined || plan.kind !== "mutate" || plan.mutate.kind === "delete") return [];
  const { mutate } = plan;
  if (mutate.target.name !== relation.name) return [];
  const bodies = bodyRows(inquiry.sent) ?? [];
  if (sqlState === "23502") {
    const column = /null value in column "([^"]+)"/.exec(message)?.[1] ?? "";
    const index = bodies.findIndex((row) => (row[column] ?? null) === null);
    return [...placeText(index, bodies.length), ...nullText(column, bodies[index], relation)];
  }
  const expression = /^CHECK \(([\s\S]*)\)(?: NO INHERIT)?(?: NOT VALID)?$/.exec(definition ?? "")?.[1];
  if (sqlState !== "23514" || expression === undefined) return [];
  return checkFacts(inquiry, relation, expression, await assembledRows(inquiry, relation, mutate));
}

const placeText = (index: number, rows: number): string[] =>
  rows > 1 && index >= 0 ? [`It is row ${index + 1} of the ${plural(rows, "row")} sent.`] : [];

function nullText(column: string, row: Readonly<Record<string, unknown>> | undefined, { columns }: Relation): string[] {
  const found = columns.find(({ name }) => name === column);
  if (row === undefined || found === undefined) return [];
  const sent = column in row ? `${quoteName(column)} was sent as null` : `${quoteName(column)} was not sent`;
  if (found.default === null) return [`${sent}, and the column has no default.`];
  return column in row ? [`${sent}; a default is used only for a column that is left out.`] : [];
}

async function checkFacts(
  inquiry: Inquiry,
  relation: Relation,
  expression: string,
  rows: readonly Sample[],
): Promise<string[]> {
  const { session, context } = inquiry;
  const predicate = await splitPredicate(expression);
  const sides = leavesOf(predicate).flatMap(({ leaf }) => (leaf === null ? [] : operandExpressions(leaf)));
  const values = await evaluate(
    session,
    rowScope(relation, rows),
    [predicate.text, ...sides.map(({ sql }) => sql)],
    null,
  );
  const index = values.get(predicate.text)?.findIndex((one) => truthOf(one) === "false") ?? -1;
  if (index < 0) return [];
  const shown = sides.flatMap(({ shown: text, sql }) => {
    const evaluated = values.get(sql)?.[index];
    return evaluated === undefined || "failure" in evaluated ? [] : [showOperand(text, evaluated.value, context.users)];
  });
  return [
    ...placeText(index, rows.length),
    ...(shown.length === 0 ? [] : [`There ${listed([...new Set(shown)])}.`]),
    ...(callsIn(predicate.text).length === 0 ? [] : await calledFacts(inquiry, relation, predicate, rows[index]!)),
  ];
}

/** What a function wants that the constraint calls. It runs for whoever writes. */
async function calledFacts(inquiry: Inquiry, relation: Relation, predicate: Predicate, row: Sample): Promise<string[]> {
  const evidence = await gather(inquiry, relation, inquiry.role, [predicate], rowScope(relation, [row]));
  const { part, causes } = judge(predicate, { ...evidence, place: 0 });
  const found = causes
    .map((cause) => partOf(part, cause))
    .find((one) => one !== undefined && one.part.value === "false");
  if (found === undefined) return [];
  const through = found.through.flatMap(({ body }, at) => {
    const wanted = found.through[at + 1]?.part ?? found.part;
    return [bodyText(inquiry, body), `It wants ${tidy(wanted.text)}; it ${truthText(wanted)}.`];
  });
  const own = found.through.length === 0 ? [] : operandTexts(inquiry, found.part);
  const note = found.part.note === undefined ? [] : [`${capital(found.part.note)}.`];
  return [...new Set([...through, ...own, ...note, ...calledTexts(inquiry, found.part)])];
}
