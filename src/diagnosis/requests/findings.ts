/** Requests that PostgREST answered or refused without sending their SQL: unknown names, bad paths, schemas, bodies. */

import { header } from "../../http/message.ts";
import type { ErrorBody } from "../../postgrest/errors/pgrst-error.ts";
import { modes } from "../../project/mode/mode.ts";
import type { Step } from "../../trace/step.ts";
import { decidingStep, type Trace } from "../../trace/trace.ts";
import type { DiagnosisContext } from "../context.ts";
import { errorBody } from "../evidence.ts";
import type { Session } from "../replay/session.ts";
import type { Finding, Findings } from "../types.ts";
import { unknownFunction } from "./functions.ts";
import { columnsOf, type NameQuestion, noRelationship, unknownColumn, unknownTable } from "./names.ts";
import { pathFinding, resourceOf } from "./paths.ts";
import { profileFinding } from "./profile.ts";
import { detailsOf, refusalFinding } from "./refusals.ts";

export async function requestFindings(trace: Trace, context: DiagnosisContext, session: Session): Promise<Findings> {
  const step = decidingStep(trace);
  const names = modes[trace.mode].names(context.project);
  const finding =
    step === undefined || step.outcome !== "refused"
      ? answered(trace)
      : await refused({ trace, context, session, names }, step);
  return { finding, also: [] };
}

const answered = (trace: Trace): Finding => ({
  code: "ok.answered",
  layer: "response",
  title: `Nothing was refused: ${trace.response.status}.`,
  because: [],
});

async function refused(question: NameQuestion, step: Step): Promise<Finding> {
  const { trace, names } = question;
  const body = errorBody(trace, step);
  if (body === undefined) {
    const bare = pathFinding(trace, names.schema);
    if (bare !== undefined) return bare;
    const resource = resourceOf(trace);
    if (trace.response.status === 404 && resource?.kind === "table")
      return unknownTable(question, schemaAsked(question), resource.name);
    return refusalFinding(trace, step);
  }
  return (await byCode(question, body)) ?? refusalFinding(trace, step, await columnsAsked(question, body));
}

/** For telling a parameter that is no filter from a filter that is badly written. */
async function columnsAsked(question: NameQuestion, { code }: ErrorBody): Promise<string[] | undefined> {
  const resource = code === "PGRST100" ? resourceOf(question.trace) : undefined;
  if (resource?.kind !== "table") return undefined;
  const columns = await columnsOf(question.session, schemaAsked(question), resource.name);
  return columns.length === 0 ? undefined : columns;
}

/** The schema that the request was looked up in: on v2 always the project's own. */
function schemaAsked({ trace, names }: NameQuestion): string {
  if (trace.mode === "v2") return names.schema;
  const name = trace.request.method === "GET" || trace.request.method === "HEAD" ? "accept-profile" : "content-profile";
  return header(trace.request.headers, name) ?? names.schema;
}

async function byCode(question: NameQuestion, body: ErrorBody): Promise<Finding | undefined> {
  const { message } = body;
  const schema = schemaAsked(question);
  switch (body.code) {
    case "PGRST106":
      return profileFinding(question, body);
    case "PGRST200": {
      const [, parent = "", child = ""] = /between '(.+?)' and '(.+?)'/.exec(message) ?? [];
      const hint = /using the hint '(.+?)'/.exec(String(body.details))?.[1];
      return noRelationship(question, parent, child, hint);
    }
    case "PGRST201":
      return ambiguous("schema.ambiguous-relationship", body);
    case "PGRST202": {
      const name = resourceOf(question.trace)?.name ?? "";
      return unknownFunction(question, schema, name, argumentsSent(message));
    }
    case "PGRST203":
      return ambiguous("schema.ambiguous-function", body);
    case "PGRST204": {
      const column = /'(.+?)' column|[Cc]olumn '(.+?)'/.exec(message);
      const table = resourceOf(question.trace)?.name ?? "";
      return unknownColumn(question, schema, table, column?.[1] ?? column?.[2] ?? "", true);
    }
    default:
      return undefined;
  }
}

const ambiguous = (code: "schema.ambiguous-relationship" | "schema.ambiguous-function", body: ErrorBody): Finding => ({
  code,
  layer: "schema-cache",
  title: `${body.message}.`,
  because: [
    ...detailsOf(body),
    ...(Array.isArray(body.details)
      ? body.details.map((one: { relationship?: string }) => one.relationship ?? JSON.stringify(one))
      : []),
  ],
  fix: {
    text:
      code === "schema.ambiguous-relationship"
        ? "Name the foreign key in select: table!constraint(…)."
        : "Give the overloads arguments with different names, or drop one.",
  },
});

/** `Could not find the function s.f(a, b) in the schema cache` */
function argumentsSent(message: string): string[] {
  const list = /\(([^()]*)\) in the schema cache$/.exec(message)?.[1];
  return list === undefined || list === "" ? [] : list.split(", ");
}
