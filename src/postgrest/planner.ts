/**
 * The request and the plan phase under one configuration and schema cache. The requests of an app are alike: what was read and
 * planned once is remembered, and with it the SQL, so that only what differs is looked at again.
 */
import { BoundedMap } from "../cache/bounded-map.ts";
import { isKept, keep } from "../cache/kept.ts";
import type { HttpRequest } from "../http/message.ts";
import type { EngineConfig } from "./config/types.ts";
import type { Dialect } from "./dialect.ts";
import { actionPlan } from "./plan/action-plan.ts";
import { buildApiRequest, headOf, headText, type RequestHead, requestOf } from "./request/api-request.ts";
import { holdsObject } from "./request/payload.ts";
import type { ApiRequest } from "./request/types.ts";
import type { SchemaCache } from "./schema-cache/types.ts";
import { Templates } from "./templates.ts";
import type { Planned } from "./transaction/execute.ts";
import { PlannedQuery } from "./transaction/planned-query.ts";

/** What requests with the same head share. */
interface Shared {
  readonly head: RequestHead;
  readonly plans: BoundedMap<string, Planned>;
}

export interface ReadRequest {
  readonly request: ApiRequest;
  readonly head: RequestHead;
  /** Absent for what came for the first time: most of that never comes again. */
  readonly plans?: Shared["plans"];
  /** Where request, head and plans are those of a marked query. */
  readonly marked?: Marked;
}

export interface Marked {
  /** What stands in the place of the marks. */
  readonly values: readonly string[];
  /** The request without marks, read and planned for itself alone. */
  afresh(): Unmarked;
}

export interface Unmarked {
  readonly head: RequestHead;
  readonly planned: Planned;
}

/** Heads remembered, and the plans of each: bodies with other columns need other plans. */
const HEADS = 300;
const PLANS = 10;
/** Longer texts are rare, and would make the memory as large as a client likes. */
const MAX_LENGTH = 2000;

export class Planner {
  readonly config: EngineConfig;
  readonly dialect: Dialect;
  readonly cache: SchemaCache;
  readonly #known = new BoundedMap<string, Shared>(HEADS);
  readonly #seen = new BoundedMap<string, true>(HEADS);
  readonly #templates = new Templates(HEADS, (http, marks) => this.#template(http, marks));
  /** A request without a body is the same object whenever a client sends it. */
  readonly #again = new WeakMap<HttpRequest, ReadRequest>();

  constructor(config: EngineConfig, dialect: Dialect, cache: SchemaCache) {
    this.config = config;
    this.dialect = dialect;
    this.cache = cache;
  }

  /** @throws PgrstError see `buildApiRequest` */
  read(http: HttpRequest): ReadRequest {
    const again = this.#again.get(http);
    if (again !== undefined) return again;
    const text = headText(http);
    const known = this.#known.get(text);
    if (known !== undefined) {
      const read = { request: requestOf(this.dialect, known.head, http), head: known.head, plans: known.plans };
      if (isKept(http)) this.#again.set(http, read);
      return read;
    }
    if (text.length > MAX_LENGTH) return this.#readAfresh(http);
    // What comes once would only push out what comes often.
    if (!this.#seen.get(text)) {
      this.#seen.set(text, true);
      return this.#readAlike(http) ?? this.#readAfresh(http);
    }
    const { request, head } = this.#readAfresh(http);
    const plans = new BoundedMap<string, Planned>(PLANS);
    this.#known.set(text, { head: keep(head), plans });
    return { request, head, plans };
  }

  #readAfresh(http: HttpRequest): ReadRequest {
    const request = buildApiRequest(this.config, this.dialect, http, this.cache);
    return { request, head: headOf(request) };
  }

  /** By what an earlier request has in common with it. */
  #readAlike(http: HttpRequest): ReadRequest | undefined {
    const found = this.#templates.find(http);
    if (found === undefined) return undefined;
    const { head, plans } = found.shared;
    const request = requestOf(this.dialect, head, http, { ...head.queryParams, canonical: found.canonical });
    return { request, head, plans, marked: { values: found.values, afresh: () => this.#unmarked(http) } };
  }

  #unmarked(http: HttpRequest): Unmarked {
    const { request, head } = this.#readAfresh(http);
    return { head, planned: this.#planned(request) };
  }

  #template(marked: HttpRequest, marks: number): Shared | undefined {
    try {
      const { request, head } = this.#readAfresh(marked);
      const planned = this.#plannedFor(request, marks);
      if (planned === undefined) return undefined;
      const plans = new BoundedMap<string, Planned>(PLANS);
      this.#remember(plans, bodyShape(request), planned);
      return { head: keep(head), plans };
    } catch {
      // What is wrong is said of the request itself, without marks.
      return undefined;
    }
  }

  /** @throws PgrstError see `actionPlan` */
  plan(read: ReadRequest): Planned {
    const { request, plans, marked } = read;
    const shape = plans === undefined ? undefined : bodyShape(request);
    const known = shape === undefined ? undefined : plans?.get(shape);
    if (known !== undefined) return known;
    const planned =
      marked === undefined
        ? this.#planned(request)
        : (this.#plannedFor(request, marked.values.length) ?? marked.afresh().planned);
    this.#remember(plans, shape, planned);
    return planned;
  }

  #remember(plans: Shared["plans"] | undefined, shape: string | undefined, planned: Planned): void {
    if (plans === undefined || shape === undefined || shape.length > MAX_LENGTH) return;
    keep(planned.plan);
    plans.set(shape, planned);
  }

  #planned(request: ApiRequest): Planned {
    const plan = actionPlan(request.action, this.config, this.dialect, request, this.cache);
    const isQuery = plan.kind === "read" || plan.kind === "mutate" || plan.kind === "call";
    return isQuery ? new PlannedQuery(plan, this.config, this.dialect, request) : { plan };
  }

  /** Undefined where marks are in the way, or the request cannot be planned at all, which is to be said without them. */
  #plannedFor(request: ApiRequest, marks: number): PlannedQuery | undefined {
    try {
      const planned = this.#planned(request);
      return planned instanceof PlannedQuery && planned.takesValues(marks) ? planned : undefined;
    } catch {
      return undefined;
    }
  }
}

/** What a plan takes from the body; undefined where that is the values themselves. */
function bodyShape({ payload, columns }: ApiRequest): string | undefined {
  if (payload === null) return "";
  if (payload.kind === "urlencoded") return undefined;
  let shape = holdsObject(payload) ? "{" : "[";
  for (const name of columns) shape += `${name.length} ${name}`;
  return shape;
}
