/** Why a request of a fork was answered as it was. */
import type { DiagnosisContext } from "../diagnosis/context.ts";
import type { Diagnosis } from "../diagnosis/types.ts";
import { withClient } from "../postgres/admin.ts";
import type { Clock } from "../time/clock.ts";
import type { Trace } from "../trace/trace.ts";
import type { Fork } from "./fork/fork.ts";

export async function explainTrace(trace: Trace, fork: Fork, clock: Clock): Promise<Diagnosis> {
  // It brings a SQL parser along, which tests that pass never need.
  const { explain } = await import("../diagnosis/explain.ts");
  return explain(trace, contextOf(trace, fork, clock));
}

function contextOf(trace: Trace, fork: Fork, clock: Clock): DiagnosisContext {
  const { project } = fork.stack;
  const { secrets } = fork.state;
  const mode = fork.started().find((started) => started.mode === trace.mode) ?? fork.mode();
  return {
    project: project.identity,
    // A connection of its own: the test may be in the middle of a transaction on its one.
    admin: (work) => withClient(mode.databaseUrl, work),
    clock,
    secrets: (["v1", "v2"] as const).map((name) => ({
      owner: `this project's ${name} secret`,
      secret: secrets.project[name],
      expected: name === trace.mode,
    })),
    users: project.users.map(({ name, id }) => ({ name, id })),
    schemaCache: mode.read?.schemaCache ?? null,
  };
}
