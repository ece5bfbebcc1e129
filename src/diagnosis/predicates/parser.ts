/** Postgres' own parser, compiled to WebAssembly. Loading it takes some tens of milliseconds, so it happens once. */
import { loadModule, parseSync } from "libpg-query";

/** A node of the parse tree: one member, named after its type. */
export type Node = Readonly<Record<string, unknown>>;

const PREFIX = "SELECT ";

const TYPICAL = "(a.b = f('x'::text) AND NOT c) OR EXISTS (SELECT 1 FROM d WHERE d.e = ANY (ARRAY[g.h]) AND i IS NULL)";

let loaded: Promise<void> | undefined;

/** Resolves when `parseExpression` may be used. A stack that is idle may call it beforehand. */
export function loadParser(): Promise<void> {
  // The first parse compiles what the module left for later, so it is done here as well, for what policies consist of.
  loaded ??= loadModule().then(() => void parseSync(PREFIX + TYPICAL));
  return loaded;
}

/** The tree of one expression, or undefined when it is none. Call after `loadParser`. */
export function parseExpression(text: string): Node | undefined {
  const statement = parseStatements(PREFIX + text)[0];
  const select = statement === undefined ? undefined : member(statement, "SelectStmt");
  const targets = select?.["targetList"];
  if (!Array.isArray(targets) || targets.length !== 1) return undefined;
  return member(targets[0] as Node, "ResTarget")?.["val"] as Node | undefined;
}

/** The statements of a script, or none when it does not parse. Call after `loadParser`. */
export function parseStatements(sql: string): Node[] {
  try {
    const { stmts = [] } = parseSync(sql) as { stmts?: Array<{ stmt: Node }> };
    return stmts.map(({ stmt }) => stmt);
  } catch {
    return [];
  }
}

/** Where a node's `location` points in the text given to `parseExpression`: the parser counts bytes, strings do not. */
export function offsetOf(text: string, location: unknown): number {
  if (typeof location !== "number") return 0;
  return (
    Buffer.from(PREFIX + text)
      .subarray(0, location)
      .toString().length - PREFIX.length
  );
}

/**
 * Visits the nodes of a tree, the outer before the inner: each with the name it stands under, which is its type's for most, and
 * with what was handed down to it. `visit` says what it hands down to those inside; undefined leaves them out.
 */
export function walk<Given>(
  tree: unknown,
  given: Given,
  visit: (name: string, node: Node, given: Given) => Given | undefined,
): void {
  if (Array.isArray(tree)) {
    for (const item of tree) walk(item, given, visit);
    return;
  }
  if (typeof tree !== "object" || tree === null) return;
  for (const [name, inner] of Object.entries(tree)) {
    if (Array.isArray(inner)) walk(inner, given, visit);
    else if (typeof inner === "object" && inner !== null) {
      const handed = visit(name, inner as Node, given);
      if (handed !== undefined) walk(inner, handed, visit);
    }
  }
}

/** `a` for `a::text`. */
export function withoutCasts(node: unknown): unknown {
  const cast = member(node, "TypeCast");
  return cast === undefined ? node : withoutCasts(cast["arg"]);
}

export function member(node: unknown, name: string): Node | undefined {
  if (typeof node !== "object" || node === null) return undefined;
  return (node as Node)[name] as Node | undefined;
}

/** The words of a list of String nodes: a qualified name, or an operator. */
export function strings(list: unknown): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item) => {
    const text = member(item, "String")?.["sval"];
    return typeof text === "string" ? [text] : [];
  });
}
