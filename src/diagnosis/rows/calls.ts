/** Function calls that were answered: empty because of policies, or because the function has nothing to say. */
import type { DatabasePlan } from "../../postgrest/sql/statements.ts";
import { bodyFacts, functionsCalled } from "../catalog/functions.ts";
import { relationsWritten } from "../catalog/relations.ts";
import type { FunctionInfo, Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { silence } from "../policies/applicable.ts";
import { hiddenFinding } from "../policies/hidden.ts";
import type { Finding, Findings } from "../types.ts";
import { listed, plural } from "../words.ts";
import { visibleCount } from "./counts.ts";
import { countTable } from "./sql.ts";

type CallPlan = Extract<DatabasePlan, { kind: "call" }>;

export async function callFindings(inquiry: Inquiry, plan: CallPlan, rows: number | null): Promise<Findings> {
  const { routine } = plan;
  const fn = (await functionsCalled(inquiry.session, routine.name)).find(({ schema }) => schema === routine.schema);
  const empty = rows === 0 || isNullBody(inquiry);
  if (fn === undefined || !empty) {
    const bypass = fn === undefined ? undefined : await definerBypasses(inquiry, fn);
    const partial = fn === undefined || bypass !== undefined ? [] : await takesPart(inquiry, fn);
    return { finding: bypass ?? { ...called(inquiry, plan, rows), because: partial }, also: [] };
  }
  return emptyCall(inquiry, fn);
}

/** A scalar function that found nothing answers `null`. */
const isNullBody = ({ trace }: Inquiry): boolean => trace.response.body.toString() === "null";

const called = ({ trace, sent }: Inquiry, { routine }: CallPlan, rows: number | null): Finding => ({
  code: "ok.called",
  layer: "response",
  title: `Nothing was refused: ${routine.name} was called as ${sent.role} and answered ${trace.response.status}${rows === null ? "" : ` with ${plural(rows, "row")}`}.`,
  because: [],
});

/** A count or a sum says nothing of the rows that were left out of it. Functions that may write are not called again. */
async function takesPart({ replay, role }: Inquiry, fn: FunctionInfo): Promise<string[]> {
  if (fn.volatile) return [];
  const before = await replay.run();
  const after = await replay.run({ lifted: liftedFor(fn, role) });
  if (!before.ok || !after.ok || JSON.stringify(before.value) === JSON.stringify(after.value)) return [];
  return [`Row security takes part in the answer: without it ${fn.name} would answer something else.`];
}

const liftedFor = (fn: FunctionInfo, role: string): string[] => [
  role,
  ...(fn.definer && fn.owner !== "postgres" ? [fn.owner] : []),
];

async function emptyCall(inquiry: Inquiry, fn: FunctionInfo): Promise<Findings> {
  const { role, replay } = inquiry;
  const acting = fn.definer ? fn.owner : role;
  const before = await replay.run();
  const after = await replay.run({ lifted: liftedFor(fn, role) });
  const changes = before.ok && after.ok && JSON.stringify(before.value) !== JSON.stringify(after.value);
  const effect = `${fn.name} finds nothing, because row security hides what it reads`;
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
    if (first !== undefined) return hiddenTable(inquiry, fn, first, acting, effect);
  }
  return {
    finding: {
      code: "rows.function-empty",
      layer: "rows",
      title: `${fn.name} gave no rows, with or without row security.`,
      because: [
        `It ran as ${acting}${fn.definer ? " (SECURITY DEFINER)" : ""} and nothing was refused; its own query finds nothing for these arguments.`,
      ],
      fix: { text: "Look at the arguments and at the function's own conditions." },
    },
    also: [],
  };
}

async function hiddenTable(
  inquiry: Inquiry,
  fn: FunctionInfo,
  relation: Relation,
  acting: string,
  effect: string,
): Promise<Findings> {
  const hidden = await hiddenFinding(inquiry, {
    relation,
    role: acting,
    questions: ["select"],
    filters: [],
    effect: `${effect} in ${inquiry.show(relation)}`,
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
