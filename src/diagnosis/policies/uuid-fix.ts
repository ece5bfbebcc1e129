/** An owner's column from uuid to text. Postgres wants the policies that name a column out of the way meanwhile. */
import type { Policy, Relation } from "../catalog/types.ts";
import { lastGroup, onOneLine, withoutParentheses } from "../predicates/spans.ts";
import type { Fix } from "../types.ts";
import { quoteName } from "../words.ts";

/** How the names of one mode are written in a migration. */
export interface MigrationWords {
  show(relation: Relation): string;
  grantee(role: string): string;
}

/** `part` is the comparison that can never hold. */
export function uuidFix(words: MigrationWords, relation: Relation, part: string): Fix {
  const column = relation.columns.find(({ name, type }) => type === "uuid" && mentions(part, name));
  if (column === undefined) return { text: "Compare the owner's id as text, and store it as text." };
  const text =
    "Store the owner's id as text; the policies that name the column are dropped and made again around that.";
  const table = words.show(relation);
  const name = quoteName(column.name);
  const policies = relation.policies.filter(({ using, check }) =>
    mentions(`${using ?? ""} ${check ?? ""}`, column.name),
  );
  return {
    text,
    sql: [
      ...policies.map((policy) => `DROP POLICY ${quoteName(policy.name)} ON ${table};`),
      `ALTER TABLE ${table} ALTER COLUMN ${name} TYPE text;`,
      ...policies.map((policy) => createPolicy(words, table, policy)),
    ].join("\n"),
  };
}

const mentions = (expression: string, column: string): boolean =>
  new RegExp(`(?<![\\w$])"?${column.replace(/[^\w]/g, "\\$&")}"?(?![\\w$])`).test(expression);

/** Casts of the user's id would raise for a column of text as they did for one of uuid. */
function asText(expression: string): string {
  let text = withoutParentheses(onOneLine(expression));
  for (let at = text.indexOf(CAST); at >= 0; at = text.indexOf(CAST, at)) {
    const group = lastGroup(text.slice(0, at));
    if (group === undefined || !/auth\.uid\(|request\.jwt\.claim/.test(group.inside)) at += CAST.length;
    else text = `${text.slice(0, at)}${text.slice(at + CAST.length)}`;
  }
  return text.replace(/\((auth\.uid\(\)|\( SELECT auth\.uid\(\) AS \w+\))\)/g, "$1");
}

const CAST = "::uuid";

function createPolicy(
  words: MigrationWords,
  table: string,
  { name, permissive, command, roles, using, check }: Policy,
): string {
  const to = roles.map((role) => (role === "PUBLIC" ? role : quoteName(words.grantee(role)))).join(", ");
  return [
    `CREATE POLICY ${quoteName(name)} ON ${table}${permissive ? "" : " AS RESTRICTIVE"} FOR ${command} TO ${to}`,
    ...(using === null ? [] : [`USING (${asText(using)})`]),
    ...(check === null ? [] : [`WITH CHECK (${asText(check)})`]),
  ]
    .join(" ")
    .concat(";");
}
