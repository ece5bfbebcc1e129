/** A script that does again what failed: the command as it was, or its requests one by one, explained. Pure. */

import { target } from "../../http/message.ts";
import { isObject } from "../../json/json.ts";
import { stepOf, type Trace } from "../../trace/trace.ts";
import { verdictOf } from "../../trace/verdict.ts";

export interface Failure {
  readonly command: readonly string[];
  /** Further words for `flux-dev exec`. */
  readonly flags: readonly string[];
  readonly exitCode: number;
  readonly directory: string;
  readonly traces: readonly Trace[];
  readonly users: readonly { readonly name: string; readonly id: string }[];
}

/** Enough to find the one that matters. */
const MAX_REQUESTS = 20;

export function reproScript(failure: Failure): string {
  const { command, flags, exitCode, directory } = failure;
  const requests = [...new Set(failure.traces.filter(isWorthAsking).map((trace) => question(trace, failure.users)))];
  return [
    "#!/bin/sh",
    `# The command ended with ${exitCode}. Without arguments this runs it again; "requests" asks again, one by one, what was refused`,
    "# or came back empty, and explains each answer.",
    `cd ${shellWord(directory)} || exit 1`,
    `if [ "$1" = requests ]; then`,
    ...(requests.length === 0 ? ["  echo 'No request was refused or came back empty.'"] : []),
    ...requests.slice(-MAX_REQUESTS).map((line) => `  ${line}`),
    "else",
    `  npx flux-dev ${["exec", ...flags, "--", ...command].map(shellWord).join(" ")}`,
    "fi",
    "",
  ].join("\n");
}

const isWorthAsking = (trace: Trace): boolean => verdictOf(trace).kind !== "ok";

/** With the user instead of the token, which would have expired. */
function question(trace: Trace, users: Failure["users"]): string {
  const { request, mode } = trace;
  const user = users.find(({ id }) => id === subject(trace));
  const body = request.body.toString();
  const words = ["why", request.method, target(request), "--mode", mode];
  if (user !== undefined) words.push("--as", user.name);
  if (body !== "") words.push("--body", body);
  for (const name of ["Prefer", "Accept", "Range"]) {
    const value = request.headers.find(([field]) => field.toLowerCase() === name.toLowerCase())?.[1];
    if (value !== undefined && value !== "*/*") words.push("--header", `${name}: ${value}`);
  }
  return `npx flux-dev ${words.map(shellWord).join(" ")}`;
}

/** Whose token it was: what the gateway saw (v2), else what PostgREST saw. */
function subject(trace: Trace): unknown {
  const claims = stepOf(trace, "token")?.evidence["claims"] ?? stepOf(trace, "auth")?.evidence["claims"];
  return isObject(claims) ? claims["sub"] : undefined;
}

export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
