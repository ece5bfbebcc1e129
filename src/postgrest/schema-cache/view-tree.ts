/**
 * Reads the one thing of a view's stored query tree (`pg_rewrite.ev_action`) that matters here: from which column of which
 * table an output column comes. Postgres notes it in each target entry as `resorigtbl` and `resorigcol`; pg_depend knows
 * only that a view uses a column somewhere.
 */

export interface ColumnOrigin {
  /** Position of the view's column, from 1. */
  readonly position: number;
  /** Oid of the table or view the column is taken from unchanged. */
  readonly table: string;
  readonly column: number;
}

/**
 * A backslash escapes whatever follows it in names and strings, so an unescaped brace or parenthesis is always structure
 * and an unescaped blank before a colon always begins a field.
 */
const TOKEN = /\\.|[(){}]| :(targetList|resno|resorigtbl|resorigcol) (\d*)/gs;

/** Depths of nesting: list of queries, query, target list, target entry. */
const QUERY = 2;
const LIST = 3;
const ENTRY = 4;

/**
 * The origins of a view's columns. Computed columns have none and are left out.
 *
 * The tree is a list of nodes, `({QUERY :field value …})`. Only the target list of the outermost query counts: subqueries
 * and common table expressions have lists of their own, deeper down. The text may be cut off at the front, which saves
 * carrying most of it over from Postgres: the depth it begins at follows from what is closed after it.
 */
export function columnOrigins(tree: string): ColumnOrigin[] {
  const tokens = [...tree.matchAll(TOKEN)];
  const origins: ColumnOrigin[] = [];
  let depth = -tokens.reduce((sum, [token]) => sum + step(token), 0);
  let inTargetList = false;
  let entry = { position: 0, table: "0", column: 0 };
  for (const [token, field, digits] of tokens) {
    depth += step(token);
    if (field === "targetList" && depth === QUERY) inTargetList = true;
    if (!inTargetList) continue;
    if (token === "{" && depth === ENTRY) entry = { position: 0, table: "0", column: 0 };
    else if (token === "}" && depth === LIST && entry.table !== "0") origins.push(entry);
    else if (token === ")" && depth === QUERY) break;
    else if (depth === ENTRY && field === "resno") entry.position = Number(digits);
    else if (depth === ENTRY && field === "resorigtbl") entry.table = digits ?? "0";
    else if (depth === ENTRY && field === "resorigcol") entry.column = Number(digits);
  }
  return origins;
}

function step(token: string): number {
  if (token === "{" || token === "(") return 1;
  return token === "}" || token === ")" ? -1 : 0;
}
