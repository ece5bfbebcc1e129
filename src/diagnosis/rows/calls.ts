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
  // A function that may write is not called again.
  if (fn.volatile || !(await answersOtherwise(inquiry, fn))) return { finding: called(inquiry, plan, rows), also: [] };
  const because = [`Row security takes part in the answer: without it ${fn.name} would answer something else.`];
  const blind = fn.definer ? await blindDefiner(inquiry, fn) : undefined;
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

/** Whether the call answers something else where row security does not hold; of a count or a sum nothing else tells. */
async function answersOtherwise({ replay, role }: Inquiry, fn: FunctionInfo): Promise<boolean> {
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
  const hidden = (await answersOtherwise(inquiry, fn)) ? await hiddenFromCall(inquiry, fn) : undefined;
  return hidden ?? { finding: foundNothing(inquiry, plan, fn), also: [] };
}

/** Undefined when no table that the body names has row security. */
async function hiddenFromCall(inquiry: Inquiry, fn: FunctionInfo): Promise<Findings | undefined> {
  const acting = actingIn(inquiry, fn);
  const tables = await tablesOf(inquiry, fn, acting);
  const secured = tables.filter(({ securedFor }) => securedFor.includes(acting));
  const effect = `${fn.name} finds nothing, because row security hides what it reads in`;
  for (const relation of secured) {
    const visible = await visibleCount(inquiry, countTable(relation), acting);
    if (visible === 0 || silence(relation, acting, "select") !== undefined)
      return hiddenTable(inquiry, fn, relation, acting, effect);
  }
  // Some rows are visible in every table: those that matter are not. The first table is the best guess.
  const [first] = secured;
  if (first === undefined) return undefined;
  const questions = questionsOf(fn);
  const readsOnly = questions.length === 1;
  const kept = `${fn.name} finds nothing, because row security keeps it from`;
  return hiddenTable(inquiry, fn, first, acting, readsOnly ? effect : kept, questions);
}

function foundNothing(inquiry: Inquiry, plan: CallPlan, fn: FunctionInfo): Finding {
  const filters = plan.read.where.map(filterText);
  return {
    code: "rows.function-empty",
    layer: "rows",
    title: `${fn.name} gave no rows, with or without row security.`,
    because: [
      `It ran as ${actingIn(inquiry, fn)}${fn.definer ? " (SECURITY DEFINER)" : ""} and nothing was refused; its own query finds nothing for these arguments.`,
      ...(filters.length > 0 ? [`The request's filter was put to what it gave: ${filters.join(", ")}.`] : []),
    ],
    fix: {
      text: `Look at the arguments${filters.length > 0 ? ", the filter" : ""} and the function's own conditions.`,
    },
  };
}

const actingIn = ({ role }: Inquiry, { definer, owner }: FunctionInfo): string => (definer ? owner : role);

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
