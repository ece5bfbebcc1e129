/** Function calls that were answered: empty because of policies, or because the function has nothing to say. */

import { isObject, parseJson } from "../../json/json.ts";
import type { DatabasePlan } from "../../postgrest/sql/statements.ts";
import { bodyFacts, functionsCalled } from "../catalog/functions.ts";
import { relationsWritten } from "../catalog/relations.ts";
import type { FunctionInfo, Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { type Question, silence } from "../policies/applicable.ts";
import { hiddenFinding } from "../policies/hidden.ts";
import type { Finding, Findings } from "../types.ts";
import { listed, plural } from "../words.ts";
import { visibleCount } from "./counts.ts";
import { filterText } from "./filters.ts";
import { returnedEmbeds } from "./returned-embeds.ts";
import { countTable } from "./sql.ts";

type CallPlan = Extract<DatabasePlan, { kind: "call" }>;

export async function callFindings(inquiry: Inquiry, plan: CallPlan, rows: number | null): Promise<Findings> {
  const { routine } = plan;
  const fn = (await functionsCalled(inquiry.session, routine.name)).find(({ schema }) => schema === routine.schema);
  if (fn === undefined) return { finding: called(inquiry, plan, rows), also: [] };
  if (rows === 0 || isNullBody(inquiry)) return emptyCall(inquiry, plan, fn);
  const bypass = await definerBypasses(inquiry, fn);
  if (bypass !== undefined) return { finding: bypass, also: [] };
  const { type } = routine.returnType;
  const embeds = type.kind === "composite" ? await returnedEmbeds(inquiry, plan.read, type.type) : undefined;
  if (embeds !== undefined) return embeds;
  const differs = await takesPart(inquiry, fn);
  const blind = differs && fn.definer ? await blindDefiner(inquiry, fn) : undefined;
  const because = differs
    ? [`Row security takes part in the answer: without it ${fn.name} would answer something else.`]
    : [];
  return blind ?? { finding: { ...called(inquiry, plan, rows), because }, also: [] };
}

/** A function that found nothing answers `null`, or, where it returns one row, that row with nothing in it. */
function isNullBody({ trace }: Inquiry): boolean {
  const body = parseJson(trace.response.body.toString());
  return body === null || (isObject(body) && Object.values(body).every((value) => value === null));
}

const called = ({ trace, sent }: Inquiry, { routine }: CallPlan, rows: number | null): Finding => ({
  code: "ok.called",
  layer: "response",
  title: `Nothing was refused: ${routine.name} was called as ${sent.role} and answered ${trace.response.status}${rows === null ? "" : ` with ${plural(rows, "row")}`}.`,
  because: [],
});

/** A count or a sum says nothing of the rows that were left out of it. Functions that may write are not called again. */
async function takesPart({ replay, role }: Inquiry, fn: FunctionInfo): Promise<boolean> {
  if (fn.volatile) return false;
  const before = await replay.run();
  const after = await replay.run({ lifted: liftedFor(fn, role) });
  return before.ok && after.ok && JSON.stringify(before.value) !== JSON.stringify(after.value);
}

/** A count or a sum made as an owner who sees nothing of a table, because no policy is for that owner. */
async function blindDefiner(inquiry: Inquiry, fn: FunctionInfo): Promise<Findings | undefined> {
  for (const relation of await tablesOf(inquiry, fn, fn.owner))
    if (relation.securedFor.includes(fn.owner) && silence(relation, fn.owner, "select") !== undefined)
      return hiddenTable(inquiry, fn, relation, fn.owner, `${fn.name} leaves out every row of`);
  return undefined;
}

const liftedFor = (fn: FunctionInfo, role: string): string[] => [
  role,
  ...(fn.definer && fn.owner !== "postgres" ? [fn.owner] : []),
];

async function emptyCall(inquiry: Inquiry, plan: CallPlan, fn: FunctionInfo): Promise<Findings> {
  const { role, replay } = inquiry;
  const acting = fn.definer ? fn.owner : role;
  const before = await replay.run();
  const after = await replay.run({ lifted: liftedFor(fn, role) });
  const changes = before.ok && after.ok && JSON.stringify(before.value) !== JSON.stringify(after.value);
  const effect = `${fn.name} finds nothing, because row security hides what it reads in`;
  if (changes) {
    for (const relation of await tablesOf(inquiry, fn, acting)) {
      if (!relation.securedFor.includes(acting)) continue;
      if (
        (await visibleCount(inquiry, countTable(relation), acting)) > 0 &&
        silence(relation, acting, "select") === undefined
      )
        continue;
      return hiddenTable(inquiry, fn, relation, acting, effect);
    }
    const [first] = (await tablesOf(inquiry, fn, acting)).filter(({ securedFor }) => securedFor.includes(acting));
    const questions = questionsOf(fn);
    if (first !== undefined && questions.length === 1) return hiddenTable(inquiry, fn, first, acting, effect);
    if (first !== undefined)
      return hiddenTable(
        inquiry,
        fn,
        first,
        acting,
        `${fn.name} finds nothing, because row security keeps it from`,
        questions,
      );
  }
  const filters = plan.read.where.map(filterText);
  return {
    finding: {
      code: "rows.function-empty",
      layer: "rows",
      title: `${fn.name} gave no rows, with or without row security.`,
      because: [
        `It ran as ${acting}${fn.definer ? " (SECURITY DEFINER)" : ""} and nothing was refused; its own query finds nothing for these arguments.`,
        ...(filters.length > 0 ? [`The request's filter was put to what it gave: ${filters.join(", ")}.`] : []),
      ],
      fix: {
        text: `Look at the arguments${filters.length > 0 ? ", the filter" : ""} and the function's own conditions.`,
      },
    },
    also: [],
  };
}

/** UPDATE, DELETE and row locks ask their own policies besides those of SELECT. */
function questionsOf({ body }: FunctionInfo): Question[] {
  const updates =
    /\bupdate\s+(?:only\s+)?[\w."]+\s+(?:(?:as\s+)?\w+\s+)?set\b|\bfor\s+(?:no\s+key\s+)?(?:update|share)\b/i;
  return [
    ...(updates.test(body) ? ["update" as const] : []),
    ...(/\bdelete\s+from\b/i.test(body) ? ["delete" as const] : []),
    "select",
  ];
}

async function hiddenTable(
  inquiry: Inquiry,
  fn: FunctionInfo,
  relation: Relation,
  acting: string,
  effect: string,
  questions: readonly Question[] = ["select"],
): Promise<Findings> {
  const hidden = await hiddenFinding(inquiry, {
    relation,
    role: acting,
    questions,
    filters: [],
    effect: `${effect} ${inquiry.show(relation)}`,
  });
  if (acting === inquiry.role) return hidden;
  const table = inquiry.show(relation);
  return {
    finding: {
      ...hidden.finding,
      code: "policies.definer-owner",
      because: [
        `${fn.signature} is SECURITY DEFINER and runs as its owner ${acting}.`,
        `${table} has ${relation.forced ? "FORCE ROW LEVEL SECURITY, which holds for the owner too; v2 sets it at every push" : "row security, which holds for that role"}.`,
        ...hidden.finding.because,
      ],
      fix: {
        text: `Make the function SECURITY INVOKER, or give ${acting} a SELECT policy on ${table}.`,
        sql: `ALTER FUNCTION ${fn.signature} SECURITY INVOKER;`,
      },
    },
    also: hidden.also,
  };
}

async function tablesOf(inquiry: Inquiry, fn: FunctionInfo, acting: string): Promise<Relation[]> {
  const { tables } = await bodyFacts(fn);
  return relationsWritten(inquiry.session, tables, [acting, inquiry.role]);
}

/** A SECURITY DEFINER function whose owner row security does not hold for shows what the caller could not read. */
async function definerBypasses(inquiry: Inquiry, fn: FunctionInfo): Promise<Finding | undefined> {
  if (!fn.definer) return undefined;
  const tables = await tablesOf(inquiry, fn, fn.owner);
  const open = tables.filter(({ securedFor }) => securedFor.includes(inquiry.role) && !securedFor.includes(fn.owner));
  if (open.length === 0) return undefined;
  const names = listed(open.map((relation) => inquiry.show(relation)));
  return {
    code: "ok.definer-bypasses-rls",
    layer: "policies",
    title: `Nothing was refused, and no policy of ${names} was asked: ${fn.name} is SECURITY DEFINER and runs as ${fn.owner}.`,
    because: [`Read directly, ${names} shows ${inquiry.role} what its policies allow.`],
    fix: {
      text: "If callers should see only what they may, make it a SECURITY INVOKER.",
      sql: `ALTER FUNCTION ${fn.signature} SECURITY INVOKER;`,
    },
  };
}
