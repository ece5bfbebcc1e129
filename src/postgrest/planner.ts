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
      const read = { request: requestOf(known.head, http), head: known.head, plans: known.plans };
      if (isKept(http)) this.#again.set(http, read);
      return read;
    }
    const request = buildApiRequest(this.config, this.dialect, http, this.cache);
    const head = headOf(request);
    if (text.length > MAX_LENGTH) return { request, head };
    // What comes once would only push out what comes often.
    if (!this.#seen.get(text)) {
      this.#seen.set(text, true);
      return { request, head };
    }
    const plans = new BoundedMap<string, Planned>(PLANS);
    this.#known.set(text, { head: keep(head), plans });
    return { request, head, plans };
  }

  /** @throws PgrstError see `actionPlan` */
  plan({ request, plans }: ReadRequest): Planned {
    const shape = plans === undefined ? undefined : bodyShape(request);
    const known = shape === undefined ? undefined : plans?.get(shape);
    if (known !== undefined) return known;
    const plan = actionPlan(request.action, this.config, this.dialect, request, this.cache);
    const isQuery = plan.kind === "read" || plan.kind === "mutate" || plan.kind === "call";
    const planned = isQuery ? new PlannedQuery(plan, this.config, this.dialect, request) : { plan };
    if (plans === undefined || shape === undefined || shape.length > MAX_LENGTH) return planned;
    keep(plan);
    plans.set(shape, planned);
    return planned;
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
