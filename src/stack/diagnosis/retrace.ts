/**
 * A PostgREST in another process tells nothing but its answer. What led to it is found out by asking the built-in one the
 * same, on the same database, at the same hour by the clock, and taking its steps where it gives the same answer.
 */
import { header } from "../../http/message.ts";
import { errorCodeIn } from "../../postgrest/errors/pgrst-error.ts";
import { decidingStep, type Trace } from "../../trace/trace.ts";
import type { LiveMode } from "../live-mode.ts";
import { openRehearsal, type RehearsalParts } from "./rehearsal.ts";

export interface Retraced {
  readonly trace: Trace;
  /** What the reader must know of where the steps are from. */
  readonly note: string;
}

/** Undefined for a trace that says it all. Nothing of it remains in the database. */
export async function retrace(trace: Trace, live: LiveMode, parts: RehearsalParts): Promise<Retraced | undefined> {
  if (!isRemoteAnswer(trace)) return undefined;
  const answerer = `This answer is of another PostgREST (${live.about.postgrest}), which tells nothing else.`;
  if (bodyIsGone(trace)) {
    const note = `${answerer} The request's body was streamed to it, so nobody else can be asked the same: ask anew, with flux-dev why ${trace.request.method} ${trace.request.path} --as <user> --body '…'.`;
    return { trace, note };
  }
  const age = Date.now() - trace.startedAt;
  const then = { now: () => parts.clock.now() - age };
  const rehearsal = await openRehearsal(live, { ...parts, clock: then });
  const twin = await rehearsal.send(trace.request).finally(() => rehearsal.close());
  const { status } = trace.response;
  if (isSameAnswer(trace, twin)) {
    const { id, startedAt, ms } = trace;
    const note = `${answerer} The reasons are the built-in one's, which answers ${status} as well.`;
    return { trace: { ...twin, id, startedAt, ms }, note };
  }
  const note = `${answerer} The built-in one, asked the same now, answers ${twin.response.status} instead of ${status}: the data, the schema or the clock have changed since, or the two differ.`;
  return { trace, note };
}

const isRemoteAnswer = (trace: Trace): boolean => /^upstream\.\d+$/.test(decidingStep(trace)?.code ?? "");

/** Of what the proxy passes on as it comes, the head is known alone. */
function bodyIsGone({ request: { headers, body } }: Trace): boolean {
  const length = header(headers, "content-length") ?? "0";
  return body.length === 0 && (length !== "0" || header(headers, "transfer-encoding") !== undefined);
}

/** The same status, and the same error, where the answer's text was kept. */
function isSameAnswer({ response }: Trace, { response: other }: Trace): boolean {
  if (response.status !== other.status) return false;
  const code = errorCodeIn(response);
  return code === undefined || code === errorCodeIn(other);
}
