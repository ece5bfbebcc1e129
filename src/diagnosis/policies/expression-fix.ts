/** Expressions of policies put right: the same policy, with the part that cannot work replaced. Pure. */
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { leafOf } from "../predicates/leaf.ts";
import { parseExpression } from "../predicates/parser.ts";
import { onOneLine, withoutParentheses } from "../predicates/spans.ts";
import type { Fix, PolicyVerdict } from "../types.ts";
import { listed, quoteName } from "../words.ts";
import type { Cause } from "./cause.ts";
import { mentions, sentColumns } from "./new-rows.ts";
import { ROLE_FIX } from "./remarks.ts";
import { uuidFix } from "./uuid-fix.ts";

/** `request.jwt.claim.x` is what PostgREST set before version 9. */
export function legacyFix(
  inquiry: Inquiry,
  relation: Relation,
  claim: string,
  policy: PolicyVerdict | undefined,
): { sql?: string } {
  const now = claim === "sub" ? "auth.uid()" : `(current_setting('request.jwt.claims', true)::json ->> '${claim}')`;
  const old = `current_setting('request.jwt.claim.${claim}'`;
  const { using = null, check = null } = relation.policies.find(({ name }) => name === policy?.policy) ?? {};
  const replaced = (keyword: string, expression: string | null): string[] =>
    expression?.includes(old) ? [`${keyword} (${withoutParentheses(expression.replaceAll(pattern(old), now))})`] : [];
  const clauses = [...replaced("USING", using), ...replaced("WITH CHECK", check)];
  if (policy === undefined || clauses.length === 0) return {};
  return { sql: `ALTER POLICY ${quoteName(policy.policy)} ON ${inquiry.show(relation)} ${clauses.join(" ")};` };
}

/** The call with or without its second argument, as `pg_get_expr` prints it. */
const pattern = (call: string): RegExp =>
  new RegExp(`${call.replace(/[.()]/g, "\\$&")}(?:::text)?(?:, (?:true|false))?\\)`, "g");

const FIXES: Readonly<Record<string, string>> = {
  "22012": "Guard the division: nullif(…, 0) makes it NULL instead of an error.",
  "42704": "Give current_setting a second argument, true: what is not set is NULL then, not an error.",
  "25006": "Take the write out of the function: a policy is asked during reads too.",
  P0001: "Let the function return false instead of raising.",
};

export function errorFix(
  inquiry: Inquiry,
  relation: Relation,
  { part, failure, claims }: Extract<Cause, { kind: "error" }>,
  policy: PolicyVerdict | undefined,
): Fix {
  const { sqlState, message } = failure;
  if (sqlState === "21000") return severalFix(inquiry, relation, part, policy);
  if (sqlState === "22P02" && /uuid/.test(message)) return uuidFix(inquiry, relation, part);
  if (sqlState === "42704" && message.startsWith("role ")) return ROLE_FIX;
  const setting = /^unrecognized configuration parameter "(.+)"$/.exec(message)?.[1];
  if (setting !== undefined && !setting.startsWith("request."))
    return {
      text: `Take the value from request.jwt.claims, or from a table by auth.uid(): nothing sets ${setting}. With a second argument, true, current_setting would give NULL in place of the error, and NULL lets no row pass.`,
    };
  const read = claims.filter((name) => name !== "sub");
  const sent = sentColumns(inquiry).filter((name) => mentions(part, relation.name, name));
  const row = sent.length === 0 ? "" : `Send ${listed(sent.map(quoteName))} as the expression takes it, or c`;
  const other =
    read.length === 0
      ? `${row || "C"}orrect the expression, so that it holds for every row.`
      : `Let the token's ${listed(read)} be what the expression takes, or correct the expression, so that it holds for every token.`;
  return { text: FIXES[sqlState] ?? other };
}

/** `=` with a query that finds several rows: any of them will do, or the query has to name one. */
function severalFix(inquiry: Inquiry, relation: Relation, part: string, policy: PolicyVerdict | undefined): Fix {
  const text = "Write IN in place of =, so that any of the rows will do, or let the query name the one that is meant.";
  const { left, right, operator } = comparisonIn(part) ?? {};
  const query = right?.select ?? left?.select;
  const other = right?.select === undefined ? right : left;
  if (operator !== "=" || query === undefined || other === undefined) return { text };
  return { text, ...alteredPolicy(inquiry, relation, policy, part, `${other.text} IN (${query})`) };
}

function comparisonIn(part: string) {
  const leaf = leafOf(part, parseExpression(part));
  return leaf.kind === "comparison" ? leaf : undefined;
}

/** The policy with one part of its expressions replaced. */
function alteredPolicy(
  inquiry: Inquiry,
  relation: Relation,
  verdict: PolicyVerdict | undefined,
  part: string,
  by: string,
): { sql?: string } {
  const policy = relation.policies.find(({ name }) => name === verdict?.policy);
  const clauses = [
    ["USING", policy?.using],
    ["WITH CHECK", policy?.check],
  ].flatMap(([keyword, expression]) => {
    const line = withoutParentheses(onOneLine(expression ?? ""));
    return line.includes(part) ? [`${keyword} (${line.replaceAll(part, () => by)})`] : [];
  });
  if (policy === undefined || clauses.length === 0) return {};
  return { sql: `ALTER POLICY ${quoteName(policy.name)} ON ${inquiry.show(relation)} ${clauses.join(" ")};` };
}
