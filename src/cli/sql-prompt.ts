/** A prompt for SQL, for machines without psql: statements end with a semicolon, `\q` leaves. */
import { createInterface } from "node:readline";
import pg from "pg";
import { withClient } from "../postgres/admin.ts";
import { ExitWith } from "./errors.ts";
import { print, remark, table } from "./terminal.ts";

/** `args` may be `-c <sql>`; otherwise statements come from standard input. */
export async function runPrompt(databaseUrl: string, schema: string, args: readonly string[]): Promise<void> {
  const [flag, sql, ...rest] = args;
  if (args.length > 0 && (flag !== "-c" || sql === undefined || rest.length > 0)) {
    throw new Error("Without psql only -c '<sql>' is understood. Install psql for everything else.");
  }
  await withClient(databaseUrl, async (client) => {
    await client.query("select set_config('search_path', $1, false)", [`${schema},public`]);
    client.on("notice", (notice) => remark(`${notice.severity}: ${notice.message}`));
    if (sql !== undefined) {
      if (!(await execute(client, sql))) throw new ExitWith(1);
      return;
    }
    await converse(client);
  });
}

async function converse(client: pg.Client): Promise<void> {
  const interactive = process.stdin.isTTY === true;
  const lines = createInterface({ input: process.stdin, ...(interactive ? { output: process.stdout } : {}) });
  let statement = "";
  let failed = false;
  const prompt = () => {
    lines.setPrompt(statement === "" ? "sql> " : "...> ");
    if (interactive) lines.prompt();
  };
  prompt();
  for await (const line of lines) {
    if (statement === "" && line.trim() === "\\q") break;
    statement += `${line}\n`;
    if (/;\s*$/.test(line)) {
      failed = !(await execute(client, statement)) || failed;
      statement = "";
    }
    prompt();
  }
  if (statement.trim() !== "") failed = !(await execute(client, statement)) || failed;
  if (failed && !interactive) throw new ExitWith(1);
}

/** Prints the result or the error; says which it was. */
async function execute(client: pg.Client, sql: string): Promise<boolean> {
  try {
    const results = [await client.query({ text: sql, rowMode: "array" })].flat() as pg.QueryArrayResult[];
    for (const result of results) print(...resultLines(result));
    return true;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    remark(`${error.severity}: ${error.message}${error.hint ? `\nHINT: ${error.hint}` : ""}`);
    return false;
  }
}

function resultLines({ fields, rows, command, rowCount }: pg.QueryArrayResult): string[] {
  if (fields.length === 0) return [[command, rowCount].filter((part) => part !== null).join(" ")];
  const cells = (rows as unknown[][]).map((row) => row.map(shown));
  return [
    ...table([fields.map((field) => field.name), ...cells]),
    `(${rows.length} ${rows.length === 1 ? "row" : "rows"})`,
  ];
}

function shown(value: unknown): string {
  if (value === null) return "";
  if (value instanceof Date) return value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
