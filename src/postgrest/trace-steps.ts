/** The engine's part of a trace: what each phase knew when it passed on, answered or refused. */
import { remember, rememberFor } from "../cache/remember.ts";
import type { Layer, Step } from "../trace/step.ts";
import type { AuthResult } from "./auth/types.ts";
import type { PgrstError } from "./errors/pgrst-error.ts";
import type { ActionPlan } from "./plan/types.ts";
import type { RequestHead } from "./request/api-request.ts";
import type { Executed } from "./transaction/execute.ts";
import type { SentTransaction } from "./transaction/query.ts";

type Evidence = Readonly<Record<string, unknown>>;

const step = (layer: Layer, outcome: Step["outcome"], code: string, evidence: Evidence): Step => ({
  layer,
  outcome,
  code: `${layer}.${code}`,
  evidence,
});

export const authStep = rememberFor(({ role, claims, authenticated }: AuthResult) =>
  step("auth", "passed", authenticated ? "authenticated" : "anonymous", { role, authenticated, claims }),
);

export const requestStep = rememberFor(({ action, schema, preferences, queryParams }: RequestHead) => {
  const { canonical, select, filters, order } = queryParams;
  const evidence = { action, schema, preferences, query: canonical, select, filters, order };
  return step("request", "passed", action.kind, evidence);
});

export const planStep = rememberFor((plan: ActionPlan) => step("plan", "passed", plan.kind, { plan }));

/** The SQL as sent, and how Postgres took it. None for OPTIONS, which asks nothing. */
export function transactionSteps(executed: Executed, { role, claims }: AuthResult): readonly Step[] {
  if (executed.kind === "info") return [];
  const { outcome } = executed;
  const sent = step("statement", "passed", "sent", describeSent(role, outcome.sent));
  const { end } = outcome.sent;
  const context = { role, claims, end };
  if (outcome.kind === "failed") {
    const { failure } = outcome;
    if (failure.kind !== "server") return [sent, step("transaction", "refused", failure.kind, { ...context, failure })];
    const { sqlState, ...error } = failure.error;
    const evidence = { ...context, sqlState, ...error, statement: failure.statement };
    return [sent, step("transaction", "refused", sqlState.toLowerCase(), evidence)];
  }
  if (outcome.kind === "refused") {
    const { body } = outcome.error;
    const code = (body?.code ?? "refused").toLowerCase();
    return [sent, step("transaction", "refused", code, { ...context, error: body })];
  }
  const code = end === "rollback" ? "rolled-back" : "committed";
  return [sent, step("transaction", "passed", code, resultEvidence(context, outcome))];
}

function resultEvidence({ role, claims, end }: Evidence, outcome: object): Evidence {
  if (!("result" in outcome)) return { role, claims, end };
  const { result } = outcome.result as { result?: { queryTotal: bigint; tableTotal: bigint | null } };
  if (result === undefined) return { role, claims, end, explained: true };
  return { role, claims, end, rows: result.queryTotal, total: result.tableTotal };
}

export const responseStep = remember((status) => step("response", "answered", status, { status: Number(status) }));

export const preflightStep = (): Step => step("response", "answered", "preflight", {});

export const refusalStep = (layer: Layer, { status, body, evidence }: PgrstError): Step =>
  step(layer, "refused", (body?.code ?? "not-found").toLowerCase(), { status, error: body, ...evidence });

function describeSent(role: string, { settings, statements, end }: SentTransaction): Evidence {
  return {
    role,
    isolation: settings.isolation,
    readOnly: settings.readOnly,
    end,
    statements: statements.map(({ role, statement }) => ({
      role,
      text: statement.text,
      parameters: statement.values,
    })),
  };
}
