/** What an expression depends on: columns, functions, tables, claims. Read off the parse tree. */
import { member, type Node, strings, walk } from "./parser.ts";
import type { Facts } from "./types.ts";

class Collector {
  readonly columns = new Set<string>();
  readonly functions = new Set<string>();
  readonly tables = new Set<string>();
  readonly claims = new Set<string>();
  readonly spareClaims = new Set<string>();
  readonly legacyClaims = new Set<string>();
  readonly settings = new Set<string>();
  readonly members = new Map<string, { of: string; key: string }>();
  castsToUuid = false;
  /** Names that WITH gives to its queries are no tables. */
  readonly queries = new Set<string>();
}

const MEMBER_OPERATORS = new Set(["->", "->>", "#>", "#>>"]);
const KEY_OPERATORS = new Set(["@>", "?"]);
const CLAIMS = "request.jwt.claims";
const LEGACY = "request.jwt.claim.";

export function factsOf(tree: unknown): Facts {
  const found = new Collector();
  collect(tree, found);
  const list = (set: Set<string>) => [...set];
  return {
    columns: list(found.columns),
    functions: list(found.functions),
    tables: list(found.tables).filter((name) => !found.queries.has(name)),
    claims: list(found.claims),
    spareClaims: list(found.spareClaims),
    legacyClaims: list(found.legacyClaims),
    settings: list(found.settings),
    members: [...found.members.values()],
    castsToUuid: found.castsToUuid,
  };
}

export const noFacts: Facts = factsOf(undefined);

/** Of an expression that consists of others. */
export function joinedFacts(parts: readonly Facts[]): Facts {
  const all = <Key extends "columns" | "functions" | "tables" | "claims" | "spareClaims" | "legacyClaims" | "settings">(
    key: Key,
  ) => [...new Set(parts.flatMap((part) => part[key]))];
  const members = new Map(parts.flatMap((part) => part.members).map((one) => [`${one.of} ${one.key}`, one]));
  return {
    columns: all("columns"),
    functions: all("functions"),
    tables: all("tables"),
    claims: all("claims"),
    spareClaims: all("spareClaims"),
    legacyClaims: all("legacyClaims"),
    settings: all("settings"),
    members: [...members.values()],
    castsToUuid: parts.some((part) => part.castsToUuid),
  };
}

function collect(tree: unknown, found: Collector): void {
  walk(tree, found, (name, node) => {
    note(name, node, found);
    return found;
  });
}

function note(name: string, node: Node, found: Collector): void {
  switch (name) {
    case "ColumnRef":
      found.columns.add(columnName(node));
      break;
    case "FuncCall":
      noteCall(node, found);
      break;
    case "SQLValueFunction":
      found.functions.add(String(node["op"]).replace("SVFOP_", "").toLowerCase());
      break;
    // The target of a write stands in the tree without its type's name.
    case "relation":
    case "RangeVar":
      found.tables.add([node["schemaname"], node["relname"]].filter(Boolean).join("."));
      break;
    case "CommonTableExpr":
      found.queries.add(String(node["ctename"]));
      break;
    case "TypeCast":
      if (
        strings(member(node, "typeName")?.["names"]).at(-1) === "uuid" &&
        member(node["arg"], "A_Const") === undefined
      )
        found.castsToUuid = true;
      break;
    case "A_Expr":
      noteMember(node, found);
      break;
    case "A_Indirection":
      noteSubscript(node, found);
      break;
    case "CoalesceExpr":
      noteSpare(node["args"] as unknown[], found);
      break;
  }
}

const columnName = (node: Node): string =>
  (node["fields"] as unknown[]).map((field) => strings([field])[0] ?? "*").join(".");

/** pg_catalog is left out, as people leave it out. */
export const callName = (node: Node): string =>
  strings(node["funcname"])
    .filter((part, index) => index > 0 || part !== "pg_catalog")
    .join(".");

function noteCall(node: Node, found: Collector): void {
  const name = callName(node);
  if (name !== "current_setting") {
    found.functions.add(name);
    return;
  }
  const setting = constantText((node["args"] as unknown[] | undefined)?.[0])?.toLowerCase();
  if (setting === undefined || setting === CLAIMS) return;
  if (setting.startsWith(LEGACY)) found.legacyClaims.add(setting.slice(LEGACY.length));
  else found.settings.add(setting);
}

/** `claims -> 'a' ->> 'b'` reads the claim `a`; the walk meets the inner arrow as well. */
function noteMember(node: Node, found: Collector): void {
  const operator = strings(node["name"]).at(-1) ?? "";
  if (KEY_OPERATORS.has(operator)) noteKeys(node, operator, found);
  if (!MEMBER_OPERATORS.has(operator)) return;
  const text = constantText(node["rexpr"]);
  const key = operator.startsWith("#") ? /^\{\s*"?([^",}]+)/.exec(text ?? "")?.[1] : text;
  if (key !== undefined) noteClaim(node["lexpr"], key, found);
}

/** `claims['a']['b']` reads the claim `a`; the parser keeps a chain of subscripts in one node. */
function noteSubscript(node: Node, found: Collector): void {
  const key = constantText(member((node["indirection"] as unknown[])[0], "A_Indices")?.["uidx"]);
  if (key !== undefined) noteClaim(node["arg"], key, found);
}

/** `coalesce(claims ->> 'org', (SELECT org FROM …))` does without the claim. */
function noteSpare([first, ...others]: readonly unknown[], found: Collector): void {
  if (others.every(isConstant)) return;
  const inside = new Collector();
  collect(first, inside);
  for (const claim of [...inside.claims, ...[...inside.members.values()].map(({ key }) => key)])
    found.spareClaims.add(claim);
}

/** `claims @> '{"admin": true}'` and `claims ? 'admin'` read the claim `admin`. */
function noteKeys(node: Node, operator: string, found: Collector): void {
  const text = constantText(node["rexpr"]);
  const keys = operator === "?" || text === undefined ? [text] : keysOf(text);
  for (const key of keys) if (key !== undefined) noteClaim(node["lexpr"], key, found);
}

function keysOf(json: string): string[] {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  } catch {
    return [];
  }
}

/** A member of the claims, or of what a function returns. */
function noteClaim(holder: unknown, key: string, found: Collector): void {
  const source = originOf(holder);
  const call = member(source, "FuncCall");
  if (call === undefined) return;
  const of = callName(call);
  if (of !== "current_setting") found.members.set(`${of} ${key}`, { of, key });
  else if (constantText((call["args"] as unknown[] | undefined)?.[0])?.toLowerCase() === CLAIMS) found.claims.add(key);
}

/** Where a value comes from: through casts, `nullif(x, '')`, `coalesce(x, …)` and `(SELECT x)`, which give another form of it at most. */
export function originOf(node: unknown): unknown {
  const cast = member(node, "TypeCast");
  if (cast !== undefined) return originOf(cast["arg"]);
  const coalesced = member(node, "CoalesceExpr");
  if (coalesced !== undefined) return originOf((coalesced["args"] as unknown[])[0]);
  const link = member(node, "SubLink");
  const select = member(member(link, "subselect"), "SelectStmt");
  const isValue = link?.["subLinkType"] === "EXPR_SUBLINK" && select?.["fromClause"] === undefined;
  if (select !== undefined && isValue)
    return originOf(member((select["targetList"] as unknown[])[0], "ResTarget")?.["val"]);
  const expression = member(node, "A_Expr");
  if (expression?.["kind"] === "AEXPR_NULLIF") return originOf(expression["lexpr"]);
  return node;
}

function constantText(node: unknown): string | undefined {
  const constant = member(originOf(node), "A_Const");
  const text = member(constant, "sval")?.["sval"];
  return typeof text === "string" ? text : undefined;
}

/** A literal, with or without a cast. */
export const isConstant = (node: unknown): boolean => member(originOf(node), "A_Const") !== undefined;
