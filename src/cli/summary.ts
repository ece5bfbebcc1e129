/** What `up` and `status` show of a stack. Pure. */
import type { Example } from "../stack/examples.ts";
import type { StackInfo } from "../stack/info.ts";
import { bold, dim } from "./terminal.ts";

export function summary(info: StackInfo): string[] {
  const rows: [string, string][] = [
    ["Service URL", info.serviceUrl],
    ...(info.appUrl === info.serviceUrl ? [] : [["  by number", info.directUrl] as [string, string]]),
    ["API schema", info.apiSchema],
    ...(info.anonKey === null ? [] : [["Anon key", info.anonKey] as [string, string]]),
    ...(info.serviceRoleKey === null ? [] : [["Service key", info.serviceRoleKey] as [string, string]]),
    ["JWT secret", info.jwtSecret],
    [
      "PostgREST",
      `${info.postgrestUrl}  ${dim(`${info.servers.postgrest}; without the gateway, Accept-Profile chooses the schema`)}`,
    ],
    ["Identity", `${info.idpUrl}  ${dim(`users: ${info.users.join(", ") || "none"}`)}`],
    ["Postgres", `${info.databaseUrl}  ${dim(info.servers.postgres)}`],
  ];
  const title = `${bold(info.slug)} ${info.hash} · ${info.catalogMode}${info.strict ? " · strict" : ""}${info.demo ? " · demo project" : ""}`;
  return [title, ...rows.map(([name, value]) => `  ${name.padEnd(12)}${value}`)];
}

/** The requests as lines to paste, each with its status and its reason. */
export function exampleLines(info: StackInfo, examples: readonly Example[]): string[] {
  if (examples.length === 0) {
    return ["There is no table in the API schema yet. Add SQL to migrations/ and run flux-dev push."];
  }
  return ["Paste these:", ...examples.flatMap((example) => ["", dim(heading(example)), curl(info, example)])];
}

function heading({ kind, status, code, reason }: Example): string {
  const result = { rows: "with rows", empty: "[]", forbidden: code ?? "", unauthenticated: code ?? "" }[kind];
  return `# ${`${status} ${result}`.trim()}: ${reason}`;
}

/** Double quotes only: the line works in a POSIX shell and in Windows' own. */
export function curl(info: StackInfo, { method, path, token }: Pick<Example, "method" | "path" | "token">): string {
  const parts = ["curl -i"];
  if (method !== "GET") parts.push(`-X ${method} -H "Content-Type: application/json" -d "{}"`);
  parts.push(`"${info.appUrl}${path}"`);
  if (token !== undefined) parts.push(`-H "Authorization: Bearer ${token}"`);
  return parts.join(" ");
}
