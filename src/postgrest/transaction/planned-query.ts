/** A plan with its SQL, and what was made of it for those who asked. */
import { keep } from "../../cache/kept.ts";
import type { HeaderList } from "../../http/message.ts";
import type { AuthResult } from "../auth/types.ts";
import type { EngineConfig } from "../config/types.ts";
import type { Dialect } from "../dialect.ts";
import { sentBody } from "../request/payload.ts";
import type { ApiRequest } from "../request/types.ts";
import { type DatabasePlan, mainStatement } from "../sql/statements.ts";
import { rowChecks } from "./checks.ts";
import { CallersQuery, type PreparedQuery, type QueryContext } from "./compose.ts";
import { ComposedQuery } from "./composed-query.ts";

/** What was made for one list of fields. */
interface Known {
  readonly auth: AuthResult;
  readonly query: CallersQuery;
  /** Of a request without a body there is nothing else to it. */
  readonly bodiless: ComposedQuery;
}

/**
 * A plan with its SQL. Who gets the same plan again gets the same SQL, and who sends the same fields with it the same settings;
 * without a body, the very same transaction.
 */
export class PlannedQuery {
  readonly plan: DatabasePlan;
  readonly #prepare: () => PreparedQuery;
  #prepared: PreparedQuery | undefined;
  #uses = 0;
  #known: WeakMap<HeaderList, Known> | undefined;

  constructor(
    plan: DatabasePlan,
    config: EngineConfig,
    dialect: Dialect,
    request: Pick<ApiRequest, "preferences" | "topLevelRange">,
  ) {
    // Not the request itself, which the plan outlives.
    const asked = { preferences: request.preferences, topLevelRange: request.topLevelRange };
    this.plan = plan;
    this.#prepare = () => ({
      ...mainStatement(plan, config, dialect, asked),
      checks: rowChecks(plan, asked, dialect),
    });
  }

  /**
   * @throws PgrstError the web server's 500 for what PostgREST falls over, or for a body with a value that is no UTF-8
   */
  compose(context: QueryContext): ComposedQuery {
    const { payload } = context.request;
    const known = this.#knownFor(context);
    if (payload === null && known !== undefined) return known.bodiless;
    const body = sentBody(payload);
    return new ComposedQuery(known?.query ?? this.#queryFor(context), body);
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
    const query = this.#queryFor(context);
    const known = { auth, query, bodiless: keep(new ComposedQuery(query, sentBody(null), true)) };
    this.#known ??= new WeakMap();
    this.#known.set(request.headers, known);
    return known;
  }
}
