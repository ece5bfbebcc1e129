/** PGRST102: what is wrong with the body, as far as it shows. Pure. */

import { header } from "../../http/message.ts";
import { isObject, parseJson } from "../../json/json.ts";
import type { ErrorBody } from "../../postgrest/errors/pgrst-error.ts";
import type { Trace } from "../../trace/trace.ts";

export interface BodyHelp {
  readonly facts: readonly string[];
  readonly fix: string;
}

export function bodyHelp({ request }: Trace, { message }: ErrorBody): BodyHelp {
  const type = header(request.headers, "content-type");
  const sent = type === undefined ? [] : [`Its Content-Type is ${type}.`];
  if (message.startsWith("Content-Type not acceptable"))
    return { facts: [], fix: "Send JSON, CSV (text/csv) or a form (application/x-www-form-urlencoded)." };
  const text = request.body.toString("utf8");
  if (message === "All object keys must match") {
    const sentRows = parseJson(text);
    return Array.isArray(sentRows) && !sentRows.every(isObject)
      ? { facts: ["The list holds something else than objects."], fix: "Send an object for each row: [{…}, {…}]." }
      : { facts: [], fix: "Give every object of the list the same keys, or name the columns: ?columns=a,b." };
  }
  if (message.startsWith("All lines"))
    return { facts: sent, fix: "Give every line as many values as the first line has names." };
  if (text.trim() === "")
    return {
      facts: ["The body is empty."],
      fix:
        request.method === "POST"
          ? "Send the row as JSON, {} for one of defaults."
          : "Send the row's new values as JSON.",
    };
  const problem = jsonProblem(text);
  return {
    facts: [...(problem === undefined ? [] : [problem]), ...sent],
    fix: "Send JSON with Content-Type: application/json.",
  };
}

function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `It is no JSON: ${(error as Error).message}.`;
  }
}
