/** Traces put together by hand. */
import type { DiagnosisContext } from "../../../src/diagnosis/context.ts";
import type { HeaderList } from "../../../src/http/message.ts";
import { projectIdentity } from "../../../src/project/identity.ts";
import { AdjustableClock } from "../../../src/time/clock.ts";
import type { Step } from "../../../src/trace/step.ts";
import type { Trace } from "../../../src/trace/trace.ts";

export interface TraceParts {
  readonly mode?: Trace["mode"];
  readonly method?: string;
  readonly path?: string;
  readonly headers?: HeaderList;
  readonly status?: number;
  readonly body?: string;
  readonly steps?: readonly Step[];
}

export function traceOf(parts: TraceParts): Trace {
  const { mode = "v2", method = "GET", path = "/notes", headers = [], status = 400, body = "", steps = [] } = parts;
  return {
    id: "t1",
    startedAt: Date.now(),
    mode,
    request: { method, path, query: "", headers, body: Buffer.alloc(0) },
    steps,
    response: { status, headers: [], body },
    ms: 1,
  };
}

/** `layer.reason` as a code. */
export const refusedStep = (code: string, evidence: Record<string, unknown> = {}): Step => ({
  layer: code.split(".")[0] as Step["layer"],
  outcome: "refused",
  code,
  evidence,
});

export const context: DiagnosisContext = {
  project: projectIdentity({ slug: "shop", hash: "1a2b3c4", id: "01234567-89ab-4f2b-a05c-7a1b4348fce4" }),
  admin: () => Promise.reject(new Error("These explanations need no database.")),
  clock: new AdjustableClock(),
  secrets: [
    { owner: "this project's secret", secret: "the-secret-of-the-project", expected: true },
    { owner: "the secret of project blog", secret: "the-secret-of-the-blog", expected: false },
  ],
  users: [],
};
