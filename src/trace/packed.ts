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
    const asked = steps.find(({ layer }) => layer === "request");
    const before = asked && last.get(asked);
    const sameWay = before !== undefined && sameSteps(before.steps, steps);
    const alike = before !== undefined && sameFields(before.headers, headers);
    this.#steps = sameWay ? before.steps : steps.slice();
    this.#stepTimes = stepTimes?.slice();
    this.#ms = ms;
    this.#status = status;
    this.#reason = reason;
    this.#fields = alike ? before.headers : packFields(headers);
    if (asked !== undefined && !(sameWay && alike)) {
      last.set(asked, { steps: this.#steps, headers: alike ? before.headers : headers });
    }
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
