/** Functions that a policy calls, opened: their bodies are asked about like the policy itself, one place further in. */
import { type Definition, EXTRA, givesTruth } from "../catalog/definitions.ts";
import { type Body, bodyOf, columnOf, elementsOf } from "../predicates/bodies.ts";
import { leafPredicate, type Predicate, queryPredicate, searchPredicate, splitPredicate } from "../predicates.ts";
import type { Session } from "../replay/session.ts";
import { type Call, type Calling, callsOf } from "./call-sites.ts";
import { evaluate, type Values } from "./evaluate.ts";
import type { Evidence, Opened, Openings } from "./leaf.ts";
import { actingIn, givenTo, inRowSql, parametersIn, type Scope, withGiven } from "./scope.ts";
import type { Told } from "./subselect-notes.ts";

export interface Openable extends Calling {
  /** Asks about a body. `uuids` are its parameters of that type. */
  readonly gather: (inner: Scope, predicate: Predicate, uuids: readonly string[]) => Promise<Evidence>;
}

/** Bodies in bodies are followed so far. */
const DEPTH = 4;
/** Every body costs a handful of questions. */
const MOST = 8;

/** One for all that is asked about some rows, because what it may cost is counted. */
export class Opener {
  #left = MOST;

  /** `leaves` keep rows away. */
  async open(around: Openable, leaves: readonly Predicate[], blamed: Told["blamed"]): Promise<Openings> {
    if (around.inquiry.session.isLate) return new Map();
    const calls = await callsOf(around, leaves, blamed);
    const values = await circumstances(around, calls);
    const openings = new Map<string, Opened[]>();
    const done = new Map<string, Omit<Opened, "decides" | "places">>();
    for (const call of calls) {
      const key = JSON.stringify([call.site.text, call.wanted?.sql ?? null, call.query ?? null]);
      const opened = done.get(key) ?? { ...(await this.#opened(around, call)), values };
      done.set(key, opened);
      openings.set(call.leaf, [...(openings.get(call.leaf) ?? []), { ...opened, ...whereOf(call) }]);
    }
    return openings;
  }

  async #opened(around: Openable, call: Call): Promise<Omit<Opened, "decides" | "places" | "values">> {
    const { inquiry, role, scope, knowledge, gather } = around;
    const { site, definition, wanted, query } = call;
    const source = inquiry.where({ kind: "function", name: definition.name });
    const entered = {
      definition,
      inside: site.inside,
      given: givenTo(scope, knowledge, definition, site.arguments),
      ...(wanted === undefined ? {} : { wanted }),
      ...(query === undefined ? {} : { query }),
    };
    const inner = { ...scope, entered: [...scope.entered, entered] };
    const predicate = this.#obstacle(inquiry.session) ?? (await bodyPredicate(scope, call));
    const opened = {
      call: site.text,
      definition,
      runsAs: actingIn(inner, role),
      searches: wanted !== undefined,
      unrun: unrunSql(call),
      ...(source === undefined ? {} : { source }),
    };
    if (typeof predicate === "string") {
      const parameters = inquiry.session.isLate ? [] : parametersIn(inner);
      const given = await evaluate(inquiry.session, inner, parameters, inquiry.identity(role));
      return { ...opened, given, body: { reason: predicate } };
    }
    this.#left -= 1;
    const uuids = definition.parameters.filter(({ type }) => type === "uuid").map(({ name }) => name);
    const body = withGiven(inner, predicate);
    const evidence = await gather(inner, body, uuids);
    return { ...opened, given: evidence.values, body: { predicate: body, evidence } };
  }

  #obstacle(session: Session): string | undefined {
    if (session.isLate) return "there was no time left for it";
    return this.#left > 0 ? undefined : "there are too many of them";
  }
}

/** What is true of the rows for which the function is not run; null where there are none. */
function unrunSql({ site, definition }: Pick<Call, "site" | "definition">): string | null {
  const nulls = definition.strict ? site.arguments.map(({ text }) => `(${text}) IS NULL`) : [];
  return nulls.length === 0 ? null : nulls.join(" OR ");
}

const whereOf = ({ decides, places }: Call): Pick<Opened, "decides" | "places"> => ({ decides, places });

/** What the calls gave, and for which rows they were not run. */
async function circumstances({ inquiry, role, scope }: Openable, calls: readonly Call[]): Promise<Values> {
  const asked = calls.flatMap(({ query, ...call }) => {
    const there = (text: string) => ({ text, sql: query === undefined ? text : inRowSql(query, `(${text})::text`) });
    return [
      ...(call.definition.returnsSet || call.wanted !== undefined ? [] : [there(call.site.text)]),
      ...[unrunSql(call)].filter((text) => text !== null).map(there),
    ];
  });
  const values = await evaluate(
    inquiry.session,
    scope,
    asked.map(({ sql }) => sql),
    inquiry.identity(role),
  );
  return new Map(asked.map(({ text, sql }) => [text, values.get(sql) ?? []]));
}

/** Stand-ins of both would have to be told apart by more than their schemas. */
const isSame = (one: Definition, other: Definition): boolean =>
  one.name === other.name &&
  JSON.stringify(one.parameters.map(({ type }) => type)) === JSON.stringify(other.parameters.map(({ type }) => type));

/** The body as an expression of its own; or why it is none. */
async function bodyPredicate({ entered }: Scope, { definition, wanted }: Call): Promise<Predicate | string> {
  const { language, body: source, returnsSet } = definition;
  if (entered.some((one) => isSame(one.definition, definition))) return "it calls itself";
  if (entered.length >= DEPTH) return "it is called too far inside of others";
  const body = bodyOf(language, source);
  if (body.kind === "closed") return body.reason;
  if (wanted !== undefined) {
    const { sql, column } = wanted;
    const select = !returnsSet
      ? elementsOf(body)
      : column === null
        ? selectOf(body)
        : columnOf(selectOf(body), column.name, column.place);
    return select === undefined ? "what it gives cannot be told apart" : searchPredicate(select, EXTRA, sql);
  }
  if (body.kind === "query" || returnsSet) return queryPredicate(selectOf(body));
  return givesTruth(definition) ? splitPredicate(body.text) : leafPredicate(body.text);
}

const selectOf = (body: Exclude<Body, { kind: "closed" }>): string =>
  body.kind === "query" ? body.select : `SELECT ${body.text}`;
