/**
 * A trace as the ring keeps it. It keeps a thousand that hardly anybody asks for, and the garbage collector moves each of
 * their objects twice, which used to cost more than all the rest of a trace. So what is the same for several is kept once, a
 * list of fields becomes one text, and a small body one of its own instead of a view into all that a socket gave.
 */

import type { HeaderList, HttpResponse } from "../http/message.ts";
import type { Step } from "./step.ts";
import type { Trace } from "./trace.ts";

type Body = HttpResponse["body"];

export class PackedTrace {
  readonly id: string;
  /** Bytes of the bodies. */
  readonly weight: number;
  readonly #startedAt: number;
  readonly #mode: Trace["mode"];
  readonly #request: Trace["request"];
  readonly #steps: Trace["steps"];
  readonly #stepTimes: Trace["stepTimes"];
  readonly #ms: number;
  readonly #status: number;
  readonly #reason: string | undefined;
  readonly #fields: Fields;
  readonly #body: Body;
  /** Whether the body is bytes that were made a text, one character each. */
  readonly #bodyIsPacked: boolean;

  constructor({ id, startedAt, mode, request, steps, stepTimes, ms, response }: Trace) {
    const { status, reason, headers, body } = response;
    this.id = id;
    this.weight = request.body.length + body.length;
    this.#startedAt = startedAt;
    this.#mode = mode;
    this.#request = request;
    const alike = alikeBefore(steps);
    this.#steps = alike?.steps ?? steps.slice();
    this.#stepTimes = stepTimes?.slice();
    this.#ms = ms;
    this.#status = status;
    this.#reason = reason;
    this.#fields = alike !== undefined && sameFields(alike.headers, headers) ? alike.headers : packFields(headers);
    if (alike === undefined) keepForAlike(this.#steps, headers);
    this.#bodyIsPacked = typeof body !== "string" && body.length <= SMALL;
    this.#body = this.#bodyIsPacked ? body.toString("latin1") : body;
  }

  unpack(): Trace {
    const [status, reason, headers] = [this.#status, this.#reason, unpackFields(this.#fields)];
    const body = this.#bodyIsPacked ? Buffer.from(this.#body as string, "latin1") : this.#body;
    return {
      id: this.id,
      startedAt: this.#startedAt,
      mode: this.#mode,
      request: this.#request,
      steps: this.#steps,
      ...(this.#stepTimes === undefined ? {} : { stepTimes: this.#stepTimes }),
      response: reason === undefined ? { status, headers, body } : { status, reason, headers, body },
      ms: this.#ms,
    };
  }
}

/** A larger body is rare, and copied for nothing. */
const SMALL = 4096;

/** As they came, where another trace holds them too; else as one text. */
type Fields = HeaderList | string;

interface Alike {
  readonly steps: Trace["steps"];
  readonly headers: HeaderList;
}

/** By the step that tells what was asked for: the last such request that went another way than the one before it. */
const last = new WeakMap<Step, Alike>();

const askedIn = (steps: Trace["steps"]): Step | undefined => steps.find(({ layer }) => layer === "request");

/** Requests share the steps that are the same for them; where all are, they can share the list. */
function alikeBefore(steps: Trace["steps"]): Alike | undefined {
  const asked = askedIn(steps);
  const before = asked && last.get(asked);
  if (before?.steps.length !== steps.length) return undefined;
  return before.steps.every((step, index) => step === steps[index]) ? before : undefined;
}

function keepForAlike(steps: Trace["steps"], headers: HeaderList): void {
  const asked = askedIn(steps);
  if (asked !== undefined) last.set(asked, { steps, headers });
}

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
