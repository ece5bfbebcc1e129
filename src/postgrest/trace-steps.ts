/** The engine's part of a trace: what each phase knew when it passed on, answered or refused. */
import { rememberForKept } from "../cache/kept.ts";
import { remember, rememberFor } from "../cache/remember.ts";
import type { Layer, Step } from "../trace/step.ts";
import type { AuthResult } from "./auth/types.ts";
import type { PgrstError } from "./errors/pgrst-error.ts";
import type { ActionPlan } from "./plan/types.ts";
import type { Marked, ReadRequest } from "./planner.ts";
import type { RequestHead } from "./request/api-request.ts";
import type { SentTransaction } from "./transaction/compose.ts";
import type { ComposedQuery } from "./transaction/composed-query.ts";
import type { Executed } from "./transaction/execute.ts";

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

/** Evidence that is made of its source when somebody asks for it, as most traces are never looked at. */
class LateStep<T> implements Step {
  readonly layer: Layer;
  readonly outcome = "passed";
  readonly code: string;
  readonly #source: T;
  readonly #evidence: (source: T) => Evidence;

  constructor(layer: Layer, code: string, source: T, evidence: (source: T) => Evidence) {
    this.layer = layer;
    this.code = code;
    this.#source = source;
    this.#evidence = evidence;
  }

  get evidence(): Evidence {
    return this.#evidence(this.#source);
  }
}

export function requestStep({ head, marked }: ReadRequest): Step {
  if (marked === undefined) return stepOfHead(head);
  return new LateStep("request", requestCode(head.action.kind), marked, headAfresh);
}

const requestCode = remember((kind) => `request.${kind}`);
const headAfresh = (marked: Marked): Evidence => evidenceOfHead(marked.afresh().head);

const stepOfHead = rememberForKept((head: RequestHead) =>
  step("request", "passed", head.action.kind, evidenceOfHead(head)),
);

function evidenceOfHead({ action, schema, preferences, queryParams }: RequestHead): Evidence {
  const { canonical, select, filters, order } = queryParams;
  return { action, schema, preferences, query: canonical, select, filters, order };
}

export function planStep(plan: ActionPlan, { marked }: ReadRequest): Step {
  if (marked === undefined) return stepOfPlan(plan);
  return new LateStep("plan", planCode(plan.kind), marked, planAfresh);
}

const planCode = remember((kind) => `plan.${kind}`);
const planAfresh = (marked: Marked): Evidence => ({ plan: marked.afresh().planned.plan });

const stepOfPlan = rememberForKept((plan: ActionPlan) => step("plan", "passed", plan.kind, { plan }));

/** The SQL as sent, and how Postgres took it. None for OPTIONS, which asks nothing. */
export function transactionSteps(executed: Executed, auth: AuthResult): readonly Step[] {
  if (executed.kind === "info") return [];
  const { kind, outcome } = executed;
  if (kind === "query") return [sentStep(executed.query), transactionStep(outcome, executed.query.end, auth)];
  const { sent } = outcome;
  return [step("statement", "passed", "sent", { ...sent }), transactionStep(outcome, sent.end, auth)];
}

const sentStep = rememberForKept(
  (query: ComposedQuery) => new LateStep("statement", "statement.sent", query, sentEvidence),
);

const sentEvidence = (query: ComposedQuery): Evidence => ({ ...query.sent() });

type Outcome = Exclude<Executed, { kind: "info" }>["outcome"];

function transactionStep(outcome: Outcome, end: SentTransaction["end"], auth: AuthResult): Step {
  const context = { role: auth.role, claims: auth.claims, end };
  if (outcome.kind === "failed") {
    const { failure } = outcome;
    if (failure.kind !== "server") return step("transaction", "refused", failure.kind, { ...context, failure });
    const { sqlState, ...error } = failure.error;
    const evidence = { ...context, sqlState, ...error, statement: failure.statement };
    return step("transaction", "refused", sqlState.toLowerCase(), evidence);
  }
  if (outcome.kind === "refused") {
    const { body } = outcome.error;
    const code = (body?.code ?? "refused").toLowerCase();
    return step("transaction", "refused", code, { ...context, error: body });
  }
  const ended = endedStep(auth);
  if (!("result" in outcome)) return ended(end);
  if (outcome.result.kind === "explain") return ended(`${end} explained`);
  const { queryTotal, tableTotal } = outcome.result.result;
  return ended(`${end} ${queryTotal} ${tableTotal ?? ""}`);
}

/** Of a caller's transaction that went well, by its end and, where rows were counted, their number and the total. */
const endedStep = rememberFor(({ role, claims }: AuthResult) =>
  remember((key) => {
    const [end, rows, total] = key.split(" ");
    const code = end === "rollback" ? "rolled-back" : "committed";
    const context = { role, claims, end };
    if (rows === undefined) return step("transaction", "passed", code, context);
    if (rows === "explained") return step("transaction", "passed", code, { ...context, explained: true });
    const counts = { rows: BigInt(rows), total: total === "" ? null : BigInt(total!) };
    return step("transaction", "passed", code, { ...context, ...counts });
  }),
);

export const responseStep = remember((status) => step("response", "answered", status, { status: Number(status) }));

export const preflightStep = (): Step => step("response", "answered", "preflight", {});

export const refusalStep = (layer: Layer, { status, body, evidence }: PgrstError): Step =>
  step(layer, "refused", (body?.code ?? "not-found").toLowerCase(), { status, error: body, ...evidence });
