/** What an answer says about a cell. Pure. */
import { type HttpResponse, header } from "../../http/message.ts";
import { errorCodeIn } from "../../postgrest/errors/pgrst-error.ts";
import type { CellOutcome, MatrixCell, Verb } from "./types.ts";

type Verdict = Pick<MatrixCell, "outcome" | "status" | "code" | "rows">;

export function verdict(verb: Verb, response: HttpResponse): Verdict {
  // A page that is not the whole is 206; what matters here is that it was read.
  const status = response.status === 206 ? 200 : response.status;
  const code = errorCodeIn(response) ?? null;
  const rows = status < 300 && verb !== "POST" ? rowsIn(header(response.headers, "content-range"), verb) : null;
  return { outcome: outcomeOf(status, code, rows), status, code, rows };
}

/** By status, code and rows alone, so that a snapshot need not say it. */
export function outcomeOf(status: number, code: string | null, rows: number | null): CellOutcome {
  if (status < 300) return rows === 0 ? "nothing" : "allowed";
  if (status === 401 || status === 403) return "denied";
  // Privileges and policies are asked before constraints: whoever gets this far may write.
  return code?.startsWith("23") ? "allowed" : "failed";
}

/** `0-4/12` tells the total; PATCH tells only which rows it touched, and stars for none. */
function rowsIn(range: string | undefined, verb: Verb): number | null {
  const found = /^(?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(range ?? "");
  if (found === null) return null;
  const [, from, to, total] = found;
  if (verb !== "PATCH" && total !== undefined && total !== "*") return Number(total);
  return from === undefined || to === undefined ? 0 : Number(to) - Number(from) + 1;
}
