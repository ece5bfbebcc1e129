/** What PostgREST refuses by itself, by its code. Its own message is exact; this adds what to do about it. Pure. */

import type { ErrorBody } from "../../postgrest/errors/pgrst-error.ts";
import type { Step } from "../../trace/step.ts";
import type { Trace } from "../../trace/trace.ts";
import type { DiagnosisCode } from "../codes.ts";
import { errorBody } from "../evidence.ts";
import type { DiagnosisLayer, Finding } from "../types.ts";
import { bodyHelp } from "./body.ts";
import { type QueryHelp, queryHelp } from "./query.ts";

interface Kind {
  readonly code: DiagnosisCode;
  readonly layer: DiagnosisLayer;
  readonly fix: string;
}

const request = (code: DiagnosisCode, fix: string): Kind => ({ code, layer: "request", fix });

const KINDS: Readonly<Record<string, Kind>> = {
  PGRST000: { code: "database.unreachable", layer: "transaction", fix: "Look at Postgres' log." },
  PGRST001: { code: "database.lost", layer: "transaction", fix: "Look at Postgres' log." },
  PGRST002: {
    code: "schema.cache-unavailable",
    layer: "schema-cache",
    fix: "Wait until PostgREST reaches the database.",
  },
  PGRST003: { code: "database.pool-timeout", layer: "transaction", fix: "Find the statements that take so long." },
  PGRST100: request("request.query", "Write filters as column=operator.value."),
  PGRST101: request("request.method", "Call functions with GET, HEAD or POST."),
  PGRST102: request("request.body", "Send JSON with Content-Type: application/json."),
  PGRST103: request("request.range", "Ask for an offset below the total."),
  PGRST105: request("request.put", "Filter by all primary key columns with eq, and by nothing else."),
  PGRST107: request("request.media-type", "Accept application/json."),
  PGRST108: request("request.embed", "Name the embed in select."),
  PGRST109: request("request.invalid", "Add order= by a unique column beside limit."),
  PGRST110: request("request.preference", "Narrow the filter, or raise the limit."),
  PGRST111: {
    code: "response.settings",
    layer: "response",
    fix: "Correct what the function puts into response.headers.",
  },
  PGRST112: {
    code: "response.settings",
    layer: "response",
    fix: "Correct what the function puts into response.status.",
  },
  PGRST114: request("request.put", "Leave limit and offset out."),
  PGRST115: request("request.put", "Send the same key in URL and body."),
  PGRST116: { code: "rows.many", layer: "rows", fix: "Filter by a unique column, or do not ask for a single object." },
  PGRST117: request("request.method", "Use a method that PostgREST knows."),
  PGRST118: request("request.embed", "Order by an embed only along a to-one relationship."),
  PGRST119: request("request.embed", "Spread an embed only along a to-one relationship."),
  PGRST121: { code: "sql.raised", layer: "constraints", fix: "Correct the JSON that the function raises." },
  PGRST122: request("request.preference", "Leave handling=strict out, or the preference that is unknown."),
  PGRST123: request("request.invalid", "Aggregates are switched off; use a view or a function."),
  PGRST124: request("request.preference", "Narrow the filter, or raise max-affected."),
  PGRSTX00: { code: "engine.failed", layer: "response", fix: "Report it, with the request that shows it." },
};

const OTHER = request("request.invalid", "Correct what the message names.");

/** `columns` of the table asked for, where they are known. */
export function refusalFinding(trace: Trace, step: Step, columns?: readonly string[]): Finding {
  const body = errorBody(trace, step);
  if (body === undefined)
    return {
      code: "request.invalid",
      layer: "request",
      title: `PostgREST refused the request with ${trace.response.status}.`,
      because: [trace.response.body.toString().slice(0, 200)].filter(Boolean),
    };
  const help = helpFor(trace, body, columns);
  const kind = KINDS[body.code] ?? OTHER;
  return {
    code: kind.code,
    layer: kind.layer,
    title: `PostgREST refused with ${body.code}: ${body.message}.`,
    because: [...detailsOf(body), ...help.facts],
    fix: { text: help.fix },
  };
}

function helpFor(trace: Trace, body: ErrorBody, columns: readonly string[] | undefined): QueryHelp {
  if (body.code === "PGRST100") return queryHelp(trace, body, columns);
  if (body.code === "PGRST102") return bodyHelp(trace, body);
  if (body.code === "PGRST103" && typeof body.details === "string" && !/^An offset/.test(body.details))
    return {
      facts: [],
      fix: body.details.startsWith("Limit") ? "Ask for limit=0 or more." : "Put the lower row first in Range.",
    };
  return { facts: [], fix: (KINDS[body.code] ?? OTHER).fix };
}

export const detailsOf = ({ details, hint }: ErrorBody): string[] => [
  ...(typeof details === "string" ? [details] : []),
  ...(hint === null ? [] : [`Hint: ${hint}`]),
];
