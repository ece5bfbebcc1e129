/**
 * A place of the ring, used again for trace after trace. The ring keeps a thousand that hardly anybody asks for, and the
 * garbage collector moves each new object of theirs twice, which used to cost more than all the rest of a trace. So the
 * place itself stays with room for the bytes of a body, what is the same for several traces is kept once, and a list of fields
 * becomes one text. A body that was kept as it came would hold all that the socket gave with it.
 */

import { isKept } from "../cache/kept.ts";
import type { HeaderList } from "../http/message.ts";
import type { Step } from "./step.ts";
import type { Trace } from "./trace.ts";

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
  /** The body, where it is text or too large for `#room`. */
  #body: string | Buffer | undefined;
  #room = noBytes;
  #roomTaken = 0;

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
    this.#holdBody(body);
  }

  #holdBody(body: string | Buffer): void {
    if (typeof body === "string" || body.length > LARGE) {
      this.#body = body;
      return;
    }
    this.#body = undefined;
    if (body.length > this.#room.length) this.#room = Buffer.allocUnsafeSlow(roomFor(body.length));
    this.#roomTaken = body.copy(this.#room);
  }

  /** Lets go of what it holds. */
  empty(): void {
    this.#request = undefined;
    this.#steps = none;
    this.#fields = none;
    this.#body = undefined;
    this.#room = noBytes;
    this.#roomTaken = 0;
  }

  /** The trace it holds. Do not ask an empty place. */
  trace(): Trace {
    const [status, reason, headers] = [this.#status, this.#reason, unpackFields(this.#fields)];
    const body = this.#body ?? Buffer.from(this.#room.subarray(0, this.#roomTaken));
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

const noBytes = Buffer.alloc(0);

/** Bytes. What is larger is rare, and its room would stay for long after. */
const LARGE = 64 * 1024;

/** So that the next body, a little longer, fits in. */
const roomFor = (bytes: number): number => Math.max(256, 2 ** Math.ceil(Math.log2(bytes)));

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
