/** Why an emulator answered as it did. */
import type { DiagnosisContext } from "../../src/diagnosis/context.ts";
import { explain } from "../../src/diagnosis/explain.ts";
import { type SqlText, sourceIndex } from "../../src/diagnosis/sources.ts";
import type { TrapRequest } from "../../src/diagnosis/traps/schema.ts";
import type { Diagnosis } from "../../src/diagnosis/types.ts";
import type { HttpResponse } from "../../src/http/message.ts";
import { systemClock } from "../../src/time/clock.ts";
import type { Trace } from "../../src/trace/trace.ts";
import type { Emulator } from "./emulator.ts";

export function diagnosisContext(emulator: Emulator, files: readonly SqlText[] = []): DiagnosisContext {
  const { mode, project, secrets, admin } = emulator;
  const other = mode === "v1" ? "v2" : "v1";
  return {
    project: project.identity,
    admin,
    clock: systemClock,
    secrets: [
      { owner: `this project's ${mode} secret`, secret: secrets.project[mode], expected: true },
      { owner: `this project's ${other} secret`, secret: secrets.project[other], expected: false },
      { owner: "the pool's secret", secret: secrets.pool, expected: false },
    ],
    users: project.users,
    sourceOf: sourceIndex(files),
  };
}

/** Sends a request in the words of the trap fixtures, and explains its answer. */
export async function explainRequest(
  emulator: Emulator,
  request: TrapRequest,
  files: readonly SqlText[] = [],
): Promise<{ response: HttpResponse; trace: Trace; diagnosis: Diagnosis }> {
  const { response, trace } = await emulator.ask(request);
  return { response, trace, diagnosis: await explain(trace, diagnosisContext(emulator, files)) };
}
