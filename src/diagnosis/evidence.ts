/** What the steps of a trace know, with types. The engine's own values travel in a trace as they are. */
import { isObject, parseJson } from "../json/json.ts";
import type { ErrorBody } from "../postgrest/errors/pgrst-error.ts";
import type { ActionPlan } from "../postgrest/plan/types.ts";
import type { Statement } from "../postgrest/sql/snippet.ts";
import type { DatabasePlan } from "../postgrest/sql/statements.ts";
import type { StatementRole } from "../postgrest/transaction/types.ts";
import type { Step } from "../trace/step.ts";
import { stepOf, type Trace } from "../trace/trace.ts";
import type { ClaimSet } from "./types.ts";

/** How an SQL statement of the request was refused, or its result. */
export interface TransactionEvidence {
  readonly step: Step;
  readonly sqlState: string | null;
  readonly message: string | null;
  readonly detail: string | null;
  readonly hint: string | null;
  readonly where: string | null;
  /** The statement that failed. */
  readonly statement: StatementRole | null;
  /** Rows of the answer's page; null where the trace does not say. */
  readonly rows: number | null;
  readonly total: number | null;
}

/** The transaction a request sent. */
export interface SentRequest {
  readonly role: string;
  readonly claims: ClaimSet;
  readonly readOnly: boolean;
  readonly plan: DatabasePlan;
  /** Settings and role, then the pre-request function. */
  readonly before: readonly Statement[];
  readonly main: Statement;
  /** The JSON that the statement takes rows or arguments from, also where it was made of CSV or a form; empty if there is none. */
  readonly body: Buffer;
}

interface SentStatement {
  readonly role: StatementRole;
  readonly text: string;
  readonly parameters: readonly (string | Buffer | null)[];
}

/** Undefined when the request never reached SQL, asked only for the API description, or went to another PostgREST. */
export function sentRequest(trace: Trace): SentRequest | undefined {
  const plan = planOf(trace);
  const sent = stepOf(trace, "statement")?.evidence;
  const context = stepOf(trace, "transaction")?.evidence;
  if (sent === undefined || plan === undefined || !isDatabasePlan(plan)) return undefined;
  const statements = sent["statements"] as readonly SentStatement[];
  const main = statements.find(({ role }) => role === "main");
  if (main === undefined) return undefined;
  return {
    role: sent["role"] as string,
    claims: (context?.["claims"] ?? {}) as ClaimSet,
    readOnly: sent["readOnly"] === true,
    plan,
    before: statements.filter(({ role }) => role === "context" || role === "pre-request").map(asStatement),
    main: asStatement(main),
    // The only parameter that is bytes.
    body: main.parameters.find((parameter) => Buffer.isBuffer(parameter)) ?? noBody,
  };
}

const noBody = Buffer.alloc(0);

const asStatement = ({ text, parameters }: SentStatement): Statement => ({ text, values: parameters });

const isDatabasePlan = (plan: ActionPlan): plan is DatabasePlan =>
  plan.kind === "read" || plan.kind === "mutate" || plan.kind === "call";

function planOf(trace: Trace): ActionPlan | undefined {
  return stepOf(trace, "plan")?.evidence["plan"] as ActionPlan | undefined;
}

export function transactionEvidence(trace: Trace): TransactionEvidence | undefined {
  const step = stepOf(trace, "transaction");
  if (step === undefined) return undefined;
  const { evidence } = step;
  const text = (name: string) => (typeof evidence[name] === "string" ? (evidence[name] as string) : null);
  const failure = evidence["failure"] as { message?: string } | undefined;
  return {
    step,
    sqlState: text("sqlState"),
    message: text("message") ?? failure?.message ?? null,
    detail: text("detail"),
    hint: text("hint"),
    where: text("where"),
    statement: text("statement") as StatementRole | null,
    rows: count(evidence["rows"]),
    total: count(evidence["total"]),
  };
}

const count = (value: unknown): number | null =>
  typeof value === "bigint" || typeof value === "number" ? Number(value) : null;

/** Of a refusal of PostgREST, from its step or else from the response. */
export function errorBody(trace: Trace, step: Step | undefined): ErrorBody | undefined {
  const told = step?.evidence["error"] as ErrorBody | null | undefined;
  if (told) return told;
  const body = parseJson(trace.response.body.toString());
  if (!isObject(body)) return undefined;
  const { code, message, details = null, hint } = body;
  if (typeof code !== "string" || typeof message !== "string") return undefined;
  return { code, message, details, hint: typeof hint === "string" ? hint : null };
}
