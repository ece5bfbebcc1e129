/** Functions that a policy calls, opened: their bodies are asked about like the policy itself, one place further in. */
import { type Definition, definitionsOf, EXTRA } from "../catalog/definitions.ts";
import type { Inquiry } from "../inquiry.ts";
import { type Body, bodyOf, columnOf, elementsOf } from "../predicates/bodies.ts";
import { type CallSite, callsIn, deciding, type Searched, searched } from "../predicates/calls.ts";
import { type Predicate, queryPredicate, searchPredicate, splitPredicate } from "../predicates.ts";
import { evaluate, type Values } from "./evaluate.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Evidence, Opened, Openings } from "./leaf.ts";
import { actingIn, givenTo, type Scope } from "./scope.ts";

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
    const openings = new Map<string, Opened[]>();
    const done = new Map<string, Omit<Opened, "decides">>();
    for (const leaf of leaves) {
      if (around.knowledge.functionsOf(leaf.facts).length === 0) continue;
      const search = searched(leaf.leaf);
      const own = deciding(leaf);
      const found: Opened[] = [];
      for (const site of callsIn(leaf.text)) {
        const definition = await definitionFor(around, site);
        if (definition === undefined) continue;
        const wanted = search?.call === site.text ? wantedOf(definition, search) : undefined;
        const key = JSON.stringify([site.text, wanted?.sql ?? null]);
        const opened = done.get(key) ?? (await this.#opened(around, { site, definition, wanted }));
        done.set(key, opened);
        found.push({ ...opened, decides: wanted !== undefined || (own === site.text && isTruth(definition)) });
      }
      if (found.length > 0) openings.set(leaf.text, found);
    }
    return openings;
  }

  async #opened(around: Openable, call: Call): Promise<Omit<Opened, "decides">> {
    const { inquiry, role, scope, gather } = around;
    const { site, definition, wanted } = call;
    const source = inquiry.where({ kind: "function", name: definition.name });
    const entered = {
      definition,
      inside: site.inside,
      given: givenTo(scope, definition, site.arguments),
      ...(wanted === undefined ? {} : { wanted }),
    };
    const inner = { ...scope, entered: [...scope.entered, entered] };
    const predicate = this.#left > 0 ? await bodyPredicate(scope, call) : "there are too many of them";
    const opened = {
      call: site.text,
      definition,
      runsAs: actingIn(inner, role),
      searches: wanted !== undefined,
      ...(source === undefined ? {} : { source }),
      ...(await circumstances(around, call)),
      given: await evaluate(
        inquiry.session,
        inner,
        definition.parameters.map((_, index) => `$${index + 1}`),
        inquiry.identity(role),
      ),
    };
    if (typeof predicate === "string") return { ...opened, body: { reason: predicate } };
    this.#left -= 1;
    const uuids = definition.parameters.filter(({ type }) => type === "uuid").map(({ name }) => name);
    return { ...opened, body: { predicate, evidence: await gather(inner, predicate, uuids) } };
  }
}

const isTruth = ({ returns, returnsSet }: Definition): boolean => returns === "boolean" && !returnsSet;

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
async function definitionFor(
  { inquiry: { session }, inquiry, role, scope, knowledge }: Openable,
  { name, arguments: given }: CallSite,
): Promise<Definition | undefined> {
  const oids = knowledge.overloadsOf(name).map(({ oid }) => oid);
  const fitting = (await definitionsOf(session, oids)).filter(
    ({ parameters, variadic }) =>
      !variadic &&
      given.length <= parameters.length &&
      given.length >= parameters.filter((one) => one.default === null).length,
  );
  if (fitting.length < 2) return fitting[0];
  const asked = given.map(({ text }) => `pg_catalog.pg_typeof(${text})`);
  const types = await evaluate(session, scope, asked, inquiry.identity(role));
  return fitting.find(({ parameters }) =>
    asked.every((text, index) => {
      const [one] = types.get(text) ?? [];
      return one !== undefined && "value" in one && one.value === parameters[index]?.type;
    }),
  );
}

/** What the call gave, and for which rows it was not run. */
async function circumstances(
  { inquiry, role, scope }: Openable,
  { site, definition, wanted }: Call,
): Promise<{ readonly values: Values; readonly unrun: string | null }> {
  const { strict, returnsSet } = definition;
  const nulls = site.arguments.map(({ text }) => `(${text}) IS NULL`);
  const unrunSql = strict && nulls.length > 0 ? nulls.join(" OR ") : null;
  const texts = [...(returnsSet || wanted !== undefined ? [] : [site.text]), ...(unrunSql === null ? [] : [unrunSql])];
  const values = await evaluate(inquiry.session, scope, texts, inquiry.identity(role));
  return { values, unrun: unrunSql };
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
  return splitPredicate(body.text);
}

const selectOf = (body: Exclude<Body, { kind: "closed" }>): string =>
  body.kind === "query" ? body.select : `SELECT ${body.text}`;
