/** A plan with its SQL, and what was made of it for those who asked. */
import { keep } from "../../cache/kept.ts";
import type { HeaderList } from "../../http/message.ts";
import type { AuthResult } from "../auth/types.ts";
import type { EngineConfig } from "../config/types.ts";
import type { Dialect } from "../dialect.ts";
import { sentBody } from "../request/payload.ts";
import type { ApiRequest } from "../request/types.ts";
import { withPlaces } from "../sql/marked.ts";
import type { Given } from "../sql/snippet.ts";
import { type DatabasePlan, mainStatement } from "../sql/statements.ts";
import { rowChecks } from "./checks.ts";
import { CallersQuery, type PreparedQuery, type QueryContext } from "./compose.ts";
import { ComposedQuery } from "./composed-query.ts";

/** What was made for one list of fields. */
interface Known {
  readonly auth: AuthResult;
  readonly query: CallersQuery;
  /** Of a request that gives nothing there is nothing else to it. */
  bare: ComposedQuery | undefined;
}

/** What a plan takes from the request it is made for. */
type Asked = Pick<ApiRequest, "preferences" | "topLevelRange">;

/**
 * A plan with its SQL. Who gets the same plan again gets the same SQL, and who sends the same fields with it the same settings;
 * who gives neither body nor values, the very same transaction.
 */
export class PlannedQuery {
  readonly plan: DatabasePlan;
  readonly #prepare: () => PreparedQuery;
  #prepared: PreparedQuery | undefined;
  #uses = 0;
  #known: WeakMap<HeaderList, Known> | undefined;

  constructor(plan: DatabasePlan, config: EngineConfig, dialect: Dialect, request: Asked) {
    // Not the request itself, which the plan outlives.
    const asked = { preferences: request.preferences, topLevelRange: request.topLevelRange };
    this.plan = plan;
    this.#prepare = () => ({
      ...mainStatement(plan, config, dialect, asked),
      checks: rowChecks(plan, asked, dialect),
    });
  }

  /**
   * For the plan of a marked query: takes the values of each request in place of so many marks.
   *
   * @returns whether it can; if not, the plan is of no use
   */
  takesValues(marks: number): boolean {
    const prepared = this.#prepare();
    const open = withPlaces(prepared, marks);
    if (open === undefined) return false;
    this.#prepared = { ...prepared, ...open };
    return true;
  }

  /**
   * @throws PgrstError the web server's 500 for what PostgREST falls over, or for a body with a value that is no UTF-8
   */
  compose(context: QueryContext): ComposedQuery {
    const { request, values = none } = context;
    const { payload } = request;
    const known = this.#knownFor(context);
    if (payload !== null || values !== none || known === undefined) {
      const given = { body: sentBody(payload), values };
      return new ComposedQuery(known?.query ?? this.#queryFor(context), given);
    }
    known.bare ??= keep(new ComposedQuery(known.query, { body: sentBody(null), values }).settle());
    return known.bare;
  }

  #queryFor(context: QueryContext): CallersQuery {
    this.#prepared ??= this.#prepare();
    return new CallersQuery(this.plan, this.#prepared, context);
  }

  /** Undefined at the first use, as most of what comes once does not come again. */
  #knownFor(context: QueryContext): Known | undefined {
    this.#uses += 1;
    if (this.#uses === 1) return undefined;
    const { auth, request } = context;
    const before = this.#known?.get(request.headers);
    if (before?.auth === auth) return before;
    const known = { auth, query: this.#queryFor(context), bare: undefined };
    this.#known ??= new WeakMap();
    this.#known.set(request.headers, known);
    return known;
  }
}

const none: Given["values"] = [];
