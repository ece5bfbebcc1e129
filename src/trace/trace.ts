/** One request's whole story: what came, the steps it took, what went back. */
import { randomInt } from "node:crypto";
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import type { Layer, Observe, Step } from "./step.ts";

export interface Trace {
  /** Short and sortable in time; what `x-flux-dev-trace` carries. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly mode: "v1" | "v2";
  readonly request: HttpRequest;
  readonly steps: readonly Step[];
  /** Milliseconds by step; NaN where not measured. */
  readonly stepTimes?: readonly number[];
  readonly response: HttpResponse;
  /** Milliseconds from the request's arrival to its answer. */
  readonly ms: number;
}

/** The step that made the answer: the first refusal, else the last answer, else the last step. */
export function decidingStep({ steps }: Pick<Trace, "steps">): Step | undefined {
  let answered: Step | undefined;
  // One loop, as this is asked of every request.
  for (const step of steps) {
    if (step.outcome === "refused") return step;
    if (step.outcome === "answered") answered = step;
  }
  return answered ?? steps.at(-1);
}

export function stepOf(trace: Pick<Trace, "steps">, layer: Layer): Step | undefined {
  return trace.steps.findLast((step) => step.layer === layer);
}

/** Collects the steps of one request; `finish` closes the story. */
export class TraceRecorder {
  readonly #startedAt = Date.now();
  readonly id = newTraceId(this.#startedAt);
  readonly #steps: Step[] = [];
  readonly #stepTimes: number[] = [];
  readonly #start = performance.now();
  readonly observe: Observe = (step, ms = Number.NaN) => {
    this.#steps.push(step);
    this.#stepTimes.push(ms);
  };

  get steps(): readonly Step[] {
    return this.#steps;
  }

  finish(mode: "v1" | "v2", request: HttpRequest, response: HttpResponse): Trace {
    const ms = performance.now() - this.#start;
    return {
      id: this.id,
      startedAt: this.#startedAt,
      mode,
      request,
      steps: this.#steps,
      stepTimes: this.#stepTimes,
      response,
      ms,
    };
  }
}

/** Numbers of four digits in base 36, so that none has to be filled up. */
const [FIRST, COUNTS] = [36 ** 3, 36 ** 4 - 36 ** 3];
let count = randomInt(COUNTS);
/** Digits take longer to write than anything else here, and a busy gateway answers several requests in a millisecond. */
let [millisecond, digits] = [0, ""];

/**
 * The time, and a count that begins anywhere, so that two emulators do not give the same ids. Twelve characters, as V8 would
 * keep longer ones in two parts and the whole.
 */
function newTraceId(now: number): string {
  if (now !== millisecond) [millisecond, digits] = [now, now.toString(36)];
  count = (count + 1) % COUNTS;
  return digits + (FIRST + count).toString(36);
}
