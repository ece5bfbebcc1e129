/** The engine's part of a trace: what each phase knew when it passed on, answered or refused. */
import type { HttpResponse } from "../http/message.ts";
import type { Layer, Step } from "../trace/step.ts";
import type { AuthResult } from "./auth/types.ts";
import type { PgrstError } from "./errors/pgrst-error.ts";
import type { ActionPlan } from "./plan/types.ts";
import type { ApiRequest } from "./request/types.ts";
import type { Executed } from "./transaction/execute.ts";
import type { SentTransaction } from "./transaction/query.ts";

type Evidence = Readonly<Record<string, unknown>>;

const step = (layer: Layer, outcome: Step["outcome"], code: string, evidence: Evidence, ms: number): Step => ({
  layer,
  outcome,
  code: `${layer}.${code}`,
  evidence,
  ms,
});

export const authStep = ({ role, claims, authenticated }: AuthResult, ms: number): Step =>
  step("auth", "passed", authenticated ? "authenticated" : "anonymous", { role, authenticated, claims }, ms);

export const requestStep = (request: ApiRequest, ms: number): Step => {
  const { action, schema, preferences, queryParams, columns } = request;
  const { canonical, select, filters, order } = queryParams;
  const evidence = { action, schema, preferences, query: canonical, select, filters, order, columns: [...columns] };
  return step("request", "passed", action.kind, evidence, ms);
};

export const planStep = (plan: ActionPlan, ms: number): Step => step("plan", "passed", plan.kind, { plan }, ms);

/** The SQL as sent, and how Postgres took it. None for OPTIONS, which asks nothing. */
export function transactionSteps(executed: Executed, { role, claims }: AuthResult, ms: number): readonly Step[] {
  if (executed.kind === "info") return [];
  const { outcome } = executed;
  const sent = step("statement", "passed", "sent", describeSent(role, outcome.sent), 0);
  const { end } = outcome.sent;
  const context = { role, claims, end };
  if (outcome.kind === "failed") {
    const { failure } = outcome;
    if (failure.kind !== "server")
      return [sent, step("transaction", "refused", failure.kind, { ...context, failure }, ms)];
    const { sqlState, ...error } = failure.error;
    const evidence = { ...context, sqlState, ...error, statement: failure.statement };
    return [sent, step("transaction", "refused", sqlState.toLowerCase(), evidence, ms)];
  }
  if (outcome.kind === "refused") {
    const { body } = outcome.error;
    return [
      sent,
      step("transaction", "refused", (body?.code ?? "refused").toLowerCase(), { ...context, error: body }, ms),
    ];
  }
  const code = end === "rollback" ? "rolled-back" : "committed";
  return [sent, step("transaction", "passed", code, resultEvidence(context, outcome), ms)];
}

function resultEvidence({ role, claims, end }: Evidence, outcome: object): Evidence {
  if (!("result" in outcome)) return { role, claims, end };
  const { result } = outcome.result as { result?: { queryTotal: bigint; tableTotal: bigint | null } };
  if (result === undefined) return { role, claims, end, explained: true };
  return { role, claims, end, rows: result.queryTotal, total: result.tableTotal };
}

export const responseStep = (response: HttpResponse, ms: number): Step =>
  step("response", "answered", String(response.status), { status: response.status }, ms);

export const preflightStep = (): Step => step("response", "answered", "preflight", {}, 0);

export const refusalStep = (layer: Layer, { status, body, evidence }: PgrstError, ms: number): Step =>
  step(layer, "refused", (body?.code ?? "not-found").toLowerCase(), { status, error: body, ...evidence }, ms);

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
