/** What came of a request, in one code: read off the steps and the head of the answer, without asking anybody. */
import { header } from "../http/message.ts";
import { decidingStep, stepOf, type Trace } from "./trace.ts";

export interface Verdict {
  /** The layer that decided; `rows` when nothing was refused and nothing was found. */
  readonly layer: string;
  /** The deciding step's code, `rows.empty`, or `ok`. */
  readonly code: string;
  readonly kind: "ok" | "empty" | "refused";
}

type Judged = Pick<Trace, "request" | "steps" | "response">;

export function verdictOf(trace: Judged): Verdict {
  const step = decidingStep(trace);
  const { layer = "response", code = "ok" } = step ?? {};
  if (step?.outcome === "refused" || trace.response.status >= 400) return { layer, code, kind: "refused" };
  if (foundNothing(trace)) return { layer: "rows", code: "rows.empty", kind: "empty" };
  const answered = layer === "edge" || layer === "host";
  return { layer, code: answered ? code : "ok", kind: "ok" };
}

/** A success that touched no row: `[]`, or a change of none. */
function foundNothing({ request, steps, response }: Judged): boolean {
  // For a read or an UPDATE the range tells, also of a PostgREST behind a socket; for others it is always a star.
  const ranged = request.method === "GET" || request.method === "HEAD" || request.method === "PATCH";
  const range = ranged ? header(response.headers, "content-range") : undefined;
  if (range !== undefined) return range.startsWith("*/");
  const rows = stepOf({ steps }, "transaction")?.evidence["rows"];
  return rows !== undefined && Number(rows) === 0;
}
