/**
 * A place of the ring, used again for trace after trace. The ring keeps a thousand that hardly anybody asks for, and the
 * garbage collector moves each new object of theirs twice, which used to cost more than all the rest of a trace. So the
 * place itself stays, what is the same for several traces is kept once, a list of fields becomes one text, and a small body
 * one of its own instead of a view into all that a socket gave.
 */

import { isKept } from "../cache/kept.ts";
import type { HeaderList, HttpResponse } from "../http/message.ts";
import type { Step } from "./step.ts";
import type { Trace } from "./trace.ts";

type Body = HttpResponse["body"];

export class Place {
  #id = "";
  #weight = 0;
  #startedAt = 0;
  #mode: Trace["mode"] = "v2";
  #request: Trace["request"] | undefined;
  #steps: Trace["steps"] = none;
  /** As many as `#timed` count; longer where an earlier trace had more. */
  readonly #stepTimes: number[] = [];
  #timed: number | undefined;
  #ms = 0;
  #status = 0;
  #reason: string | undefined;
  #fields: Fields = none;
  #body: Body = "";
  /** Whether the body is bytes that were made a text, one character each. */
  #bodyIsPacked = false;

  get id(): string {
    return this.#id;
  }

  /** Bytes of the bodies. */
  get weight(): number {
    return this.#weight;
  }

  hold({ id, startedAt, mode, request, steps, stepTimes, ms, response }: Trace): void {
    const { status, reason, headers, body } = response;
    this.#id = id;
    this.#weight = request.body.length + body.length;
    this.#startedAt = startedAt;
    this.#mode = mode;
    this.#request = request;
    const asked = steps.find(({ layer }) => layer === "request");
    const before = asked && last.get(asked);
    const sameWay = before !== undefined && sameSteps(before.steps, steps);
    const alike = before !== undefined && sameFields(before.headers, headers);
    this.#steps = sameWay ? before.steps : steps.slice();
    this.#timed = stepTimes?.length;
    for (let index = 0; index < (this.#timed ?? 0); index += 1) this.#stepTimes[index] = stepTimes![index]!;
    this.#ms = ms;
    this.#status = status;
    this.#reason = reason;
    this.#fields = alike ? before.headers : packFields(headers);
    if (asked !== undefined && !(sameWay && alike) && isKept(asked)) {
      last.set(asked, { steps: this.#steps, headers: alike ? before.headers : headers });
    }
    this.#bodyIsPacked = typeof body !== "string" && body.length <= SMALL;
    this.#body = this.#bodyIsPacked ? body.toString("latin1") : body;
  }

  /** Lets go of what it holds. */
  empty(): void {
    this.#request = undefined;
    this.#steps = none;
    this.#fields = none;
    this.#body = "";
  }

  /** The trace it holds. Do not ask an empty place. */
  trace(): Trace {
    const [status, reason, headers] = [this.#status, this.#reason, unpackFields(this.#fields)];
    const body = this.#bodyIsPacked ? Buffer.from(this.#body as string, "latin1") : this.#body;
    return {
      id: this.#id,
      startedAt: this.#startedAt,
      mode: this.#mode,
      request: this.#request!,
      steps: this.#steps,
      ...(this.#timed === undefined ? {} : { stepTimes: this.#stepTimes.slice(0, this.#timed) }),
      response: reason === undefined ? { status, headers, body } : { status, reason, headers, body },
      ms: this.#ms,
    };
  }
}

const none: readonly never[] = [];

/** A larger body is rare, and copied for nothing. */
const SMALL = 4096;

/** As they came, where another trace holds them too; else as one text. */
type Fields = HeaderList | string;

interface Shown {
  readonly steps: Trace["steps"];
  readonly headers: HeaderList;
}

/** By the step that tells what was asked for: what the last answer can share with the next. */
const last = new WeakMap<Step, Shown>();

/** Requests share the steps that are the same for them; where all are, they can share the list. */
const sameSteps = (one: Trace["steps"], other: Trace["steps"]): boolean =>
  one.length === other.length && one.every((step, index) => step === other[index]);

const sameFields = (one: HeaderList, other: HeaderList): boolean =>
  one.length === other.length &&
  one.every(([name, value], index) => name === other[index]![0] && value === other[index]![1]);

/** HTTP carries no NUL. By `join`, as a text put together piece by piece would be a tree of its pieces. */
function packFields(headers: HeaderList): string {
  const parts: string[] = [];
  for (const [name, value] of headers) parts.push(name, value);
  return parts.join("\0");
}

function unpackFields(fields: Fields): HeaderList {
  if (typeof fields !== "string") return fields;
  const parts = fields === "" ? [] : fields.split("\0");
  return Array.from({ length: parts.length / 2 }, (_, index) => [parts[2 * index]!, parts[2 * index + 1]!]);
}
