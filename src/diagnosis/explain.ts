/** Why a request was answered as it was: the first layer that decided, what it knew, and the line that mends it. */
import type { Trace } from "../trace/trace.ts";
import type { DiagnosisContext, ExplainOptions } from "./context.ts";
import type { Diagnosis } from "./types.ts";

/**
 * Explains a trace after the answer is out. Reads through its own connection, in one transaction that is rolled back.
 * Never rejects for what the request did; rejects when the context's database cannot be reached and is needed.
 */
export async function explain(
  trace: Trace,
  context: DiagnosisContext,
  options: ExplainOptions = {},
): Promise<Diagnosis> {
  throw new Error(`not yet: ${trace.id} ${context.project.slug} ${options.rows ?? 0}`);
}
