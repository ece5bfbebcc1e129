/** Calls in the leaves of an expression, with the functions that they are calls of. */
import { escapeIdentifier } from "pg";
import { type Definition, definitionsOf, givesTruth } from "../catalog/definitions.ts";
import type { Inquiry } from "../inquiry.ts";
import { type CallSite, callsIn, deciding, type Searched, searched } from "../predicates/calls.ts";
import { leavesOf, type Predicate, splitPredicate } from "../predicates.ts";
import type { Blamed } from "./blame.ts";
import { evaluate } from "./evaluate.ts";
import type { Knowledge } from "./knowledge.ts";
import type { QueryRow, Scope } from "./scope.ts";
import type { Told } from "./subselect-notes.ts";

export interface Call {
  /** The text of the leaf that makes it. */
  readonly leaf: string;
  /** Whether what it gives is the leaf's own value. */
  readonly decides: boolean;
  /** Rows that it is asked about, by their places; undefined: all. */
  readonly places: readonly number[] | undefined;
  /** In whose first row it stands; absent where it stands in the policy's own. */
  readonly query?: QueryRow;
  /** An array in place of many VARIADIC arguments. */
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

interface Site extends Pick<Call, "site" | "query"> {
  readonly leaf: Predicate;
  /** The leaf, or the part of its query's condition that makes the call. */
  readonly judged: Predicate;
  readonly places?: readonly number[];
}

export interface Calling {
  readonly inquiry: Inquiry;
  /** Whose policies are asked. */
  readonly role: string;
  readonly scope: Scope;
  readonly knowledge: Knowledge;
}

/** Calls of functions whose bodies there are. */
export async function callsOf(around: Calling, leaves: readonly Predicate[], blamed: Told["blamed"]): Promise<Call[]> {
  const { knowledge, inquiry } = around;
  const sites: Site[] = [];
  for (const leaf of leaves.filter(({ facts }) => knowledge.functionsOf(facts).length > 0)) {
    const own = callsIn(leaf.text).map((site) => ({ leaf, judged: leaf, site }));
    sites.push(...own, ...(await boundSites(leaf, blamed.get(leaf.text) ?? [], own)));
  }
  const overloads = ({ name }: CallSite) => knowledge.overloadsOf(name).map(({ oid }) => oid);
  const all = await definitionsOf(inquiry.session, [...new Set(sites.flatMap(({ site }) => overloads(site)))]);
  const calls: Call[] = [];
  for (const { leaf, judged, site, query, places } of sites) {
    const oids = overloads(site);
    const definition = await fittingOf(
      around,
      site,
      all.filter(({ oid }) => oids.includes(oid)),
      query,
    );
    if (definition === undefined) continue;
    const search = searched(judged.leaf);
    const wanted = search?.call === site.text ? wantedOf(definition, search) : undefined;
    const decides = wanted !== undefined || (deciding(judged) === site.text && givesTruth(definition));
    const standing = query === undefined ? {} : { query };
    calls.push({ leaf: leaf.text, site: spread(site, definition), definition, wanted, decides, places, ...standing });
  }
  return calls;
}

/** Calls in the condition to which it is due that a query finds nothing, with columns of the rows it finds without that. */
async function boundSites(
  leaf: Predicate,
  blamed: ReadonlyArray<Blamed | undefined>,
  own: readonly Site[],
): Promise<Site[]> {
  const sites: Site[] = [];
  for (const condition of new Set(blamed.flatMap((one) => one?.condition ?? []))) {
    const places = blamed.flatMap((one, place) => (one?.condition === condition ? [place] : []));
    const { parts, others } = blamed[places[0]!]!;
    for (const judged of leavesOf(await splitPredicate(condition)))
      for (const site of callsIn(judged.text))
        if (!own.some(({ site: { text } }) => text === site.text))
          sites.push({ leaf, judged, site, query: { parts, conditions: others }, places });
  }
  return sites;
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
  { inquiry, role, scope }: Calling,
  site: CallSite,
  overloads: readonly Definition[],
  query: QueryRow | undefined,
): Promise<Definition | undefined> {
  const fitting = overloads.filter((one) => {
    const given = spread(site, one).arguments.length;
    const { parameters } = one;
    return given <= parameters.length && given >= parameters.filter(({ default: value }) => value === null).length;
  });
  if (fitting.length < 2 || query !== undefined) return fitting.length === 1 ? fitting[0] : undefined;
  const asked = site.arguments.map(({ text }) => `pg_catalog.pg_typeof(${text})`);
  const types = await evaluate(inquiry.session, scope, asked, inquiry.identity(role));
  return fitting.find(({ parameters }) =>
    asked.every((text, index) => {
      const [one] = types.get(text) ?? [];
      return one !== undefined && "value" in one && one.value === parameters[index]?.type;
    }),
  );
}

/** With an array for the last parameter, as VARIADIC takes it. */
function spread(site: CallSite, { parameters, variadic }: Definition): CallSite {
  const last = parameters.at(-1);
  if (!variadic || last === undefined) return site;
  const place = parameters.length - 1;
  const rest = site.arguments.slice(place);
  const type = last.type.startsWith("any") ? "" : `::${last.type}`;
  const many = `ARRAY[${rest.map(({ text }) => text).join(", ")}]${type}`;
  const args = site.variadic ? site.arguments : [...site.arguments.slice(0, place), { name: null, text: many }];
  const inside = args.map(({ name, text }) => (name === null ? text : `${escapeIdentifier(name)} => ${text}`));
  return { ...site, arguments: args, inside: inside.join(", ") };
}
