/** Whether a PostgREST that somebody else runs is on the project's database of a mode. */
import { setTimeout as sleep } from "node:timers/promises";
import { RunnerError } from "../../postgrest/runner/types.ts";
import type { ModeName } from "../../project/mode/types.ts";

/** Milliseconds for a reload that it was asked for: before that v2's has no project's schema. */
const PATIENCE = 5_000;

/**
 * One PostgREST serves one database, and so one mode; under one URL for both it would answer with the other's rows. It is asked
 * by the schema, for a function that does not exist. Throws `RunnerError`. One that gives no answer is left to the gateway.
 */
export async function refuseOtherDatabase(url: string, mode: ModeName, schema: string): Promise<void> {
  let refusal = await schemaRefusal(url, schema);
  for (const deadline = Date.now() + PATIENCE; refusal !== undefined && Date.now() < deadline; await sleep(100))
    refusal = await schemaRefusal(url, schema);
  if (refusal === undefined) return;
  throw new RunnerError("POSTGREST_FAILED", {
    what: `The PostgREST at ${url} does not serve this project on ${mode}.`,
    why: `It does not know the schema ${schema}: ${refusal}. One PostgREST serves one mode's database.`,
    next: `Start one with the variables that flux-dev prepare --mode ${mode} prints, and name each mode's in the configuration: "postgrest": {"v1": …, "v2": …}.`,
  });
}

async function schemaRefusal(url: string, schema: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url.replace(/\/$/, "")}/rpc/flux_dev_asks`, {
      headers: { "Accept-Profile": schema },
      signal: AbortSignal.timeout(2000),
    });
    const { code, message } = (await response.json()) as { code?: string; message?: string };
    return code === "PGRST106" ? message : undefined;
  } catch {
    return undefined;
  }
}
