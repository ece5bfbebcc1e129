/** Functions that a policy calls, opened: their bodies are asked about like the policy itself, one place further in. */
import { type Definition, definitionsOf, EXTRA, givesTruth } from "../catalog/definitions.ts";
import type { Inquiry } from "../inquiry.ts";
import { type Body, bodyOf, columnOf, elementsOf } from "../predicates/bodies.ts";
import { type CallSite, callsIn, deciding, type Searched, searched } from "../predicates/calls.ts";
import { leafPredicate, type Predicate, queryPredicate, searchPredicate, splitPredicate } from "../predicates.ts";
import type { Session } from "../replay/session.ts";
import { evaluate, type Values } from "./evaluate.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Evidence, Opened, Openings } from "./leaf.ts";
import { actingIn, givenTo, parametersIn, type Scope, withGiven } from "./scope.ts";

export interface Openable {
  readonly inquiry: Inquiry;
  /** Whose policies are asked. */
  readonly role: string;
  readonly scope: Scope;
  readonly knowledge: Knowledge;
  /** Asks about a body. `uuids` are its parameters of that type. */
  readonly gather: (inner: Scope, predicate: Predicate, uuids: readonly string[]) => Promise<Evidence>;
}

interface Call {
  /** The text of the leaf that makes it. */
  readonly leaf: string;
  /** Whether what it gives is the leaf's own value. */
  readonly decides: boolean;
  readonly site: CallSite;
  readonly definition: Definition;
  /** What is looked for among the values that it gives. */
  readonly wanted: Wanted | undefined;
}

interface Wanted {
  readonly sql: string;
  readonly type: string;
  /** Of the rows that it gives; null where it gives values. */
  readonly column: { readonly name: string; readonly place: number } | null;
}

/** Bodies in bodies are followed so far. */
const DEPTH = 4;
/** Every body costs a handful of questions. */
const MOST = 8;

/** One for all that is asked about some rows, because what it may cost is counted. */
export class Opener {
  #left = MOST;

  /** `leaves` keep rows away. */
  async open(around: Openable, leaves: readonly Predicate[]): Promise<Openings> {
    if (around.inquiry.session.isLate) return new Map();
    const calls = await callsOf(around, leaves);
    const values = await circumstances(around, calls);
    const openings = new Map<string, Opened[]>();
    const done = new Map<string, Omit<Opened, "decides">>();
    for (const call of calls) {
      const key = JSON.stringify([call.site.text, call.wanted?.sql ?? null]);
      const opened = done.get(key) ?? { ...(await this.#opened(around, call)), values };
      done.set(key, opened);
      openings.set(call.leaf, [...(openings.get(call.leaf) ?? []), { ...opened, decides: call.decides }]);
    }
    return openings;
  }

  async #opened(around: Openable, call: Call): Promise<Omit<Opened, "decides" | "values">> {
    const { inquiry, role, scope, knowledge, gather } = around;
    const { site, definition, wanted } = call;
    const source = inquiry.where({ kind: "function", name: definition.name });
    const entered = {
      definition,
      inside: site.inside,
      given: givenTo(scope, knowledge, definition, site.arguments),
      ...(wanted === undefined ? {} : { wanted }),
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

/** Calls of functions whose bodies there are. */
async function callsOf(around: Openable, leaves: readonly Predicate[]): Promise<Call[]> {
  const { knowledge, inquiry } = around;
  const sites = leaves
    .filter(({ facts }) => knowledge.functionsOf(facts).length > 0)
    .flatMap((leaf) => callsIn(leaf.text).map((site) => ({ leaf, site })));
  const overloads = ({ name }: CallSite) => knowledge.overloadsOf(name).map(({ oid }) => oid);
  const all = await definitionsOf(inquiry.session, [...new Set(sites.flatMap(({ site }) => overloads(site)))]);
  const calls: Call[] = [];
  for (const { leaf, site } of sites) {
    const oids = overloads(site);
    const definition = await fittingOf(
      around,
      site,
      all.filter(({ oid }) => oids.includes(oid)),
    );
    if (definition === undefined) continue;
    const search = searched(leaf.leaf);
    const wanted = search?.call === site.text ? wantedOf(definition, search) : undefined;
    const decides = wanted !== undefined || (deciding(leaf) === site.text && givesTruth(definition));
    calls.push({ leaf: leaf.text, site, definition, wanted, decides });
  }
  return calls;
}

/** Undefined where it cannot be told in which column to look. */
function wantedOf(
  { returns, columns }: Definition,
  { wanted: sql, column }: Searched & { wanted: string },
): Wanted | undefined {
  if (columns.length === 0 || (columns.length === 1 && column === null))
    return { sql, type: returns.replace(/\[\]$/, ""), column: null };
  if (column === null) return undefined;
  const place = column.place ?? columns.findIndex(({ name }) => name === column.name);
  const found = columns[place];
  return found === undefined ? undefined : { sql, type: found.type, column: { name: found.name, place } };
}

/** Of several by that name the one that takes what is given. */
async function fittingOf(
  { inquiry, role, scope }: Openable,
  { arguments: given }: CallSite,
  overloads: readonly Definition[],
): Promise<Definition | undefined> {
  const fitting = overloads.filter(
    ({ parameters, variadic }) =>
      !variadic &&
      given.length <= parameters.length &&
      given.length >= parameters.filter((one) => one.default === null).length,
  );
  if (fitting.length < 2) return fitting[0];
  const asked = given.map(({ text }) => `pg_catalog.pg_typeof(${text})`);
  const types = await evaluate(inquiry.session, scope, asked, inquiry.identity(role));
  return fitting.find(({ parameters }) =>
    asked.every((text, index) => {
      const [one] = types.get(text) ?? [];
      return one !== undefined && "value" in one && one.value === parameters[index]?.type;
    }),
  );
}

/** What is true of the rows for which the function is not run; null where there are none. */
function unrunSql({ site, definition }: Call): string | null {
  const nulls = definition.strict ? site.arguments.map(({ text }) => `(${text}) IS NULL`) : [];
  return nulls.length === 0 ? null : nulls.join(" OR ");
}

/** What the calls gave, and for which rows they were not run. */
function circumstances({ inquiry, role, scope }: Openable, calls: readonly Call[]): Promise<Values> {
  const texts = calls.flatMap((call) => [
    ...(call.definition.returnsSet || call.wanted !== undefined ? [] : [call.site.text]),
    ...[unrunSql(call)].filter((text) => text !== null),
  ]);
  return evaluate(inquiry.session, scope, texts, inquiry.identity(role));
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
