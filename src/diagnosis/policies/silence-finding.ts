/** No policy speaks for the role: nothing in the rows matters then. */
import type { Policy, Relation } from "../catalog/types.ts";
import type { DiagnosisCode } from "../codes.ts";
import type { Inquiry } from "../inquiry.ts";
import { onOneLine, withoutParentheses } from "../predicates/spans.ts";
import type { Finding, Fix } from "../types.ts";
import { listed, quoteName } from "../words.ts";
import { commandOf, type Question, type Silence } from "./applicable.ts";

/** `effect` begins the title: what row security did to the request. */
export function silenceFinding(
  inquiry: Inquiry,
  relation: Relation,
  role: string,
  question: Question,
  silence: Silence,
  effect: string,
): Finding {
  const table = inquiry.show(relation);
  const command = commandOf(question);
  const name = ({ name: policy }: { name: string }) => `"${policy}"`;
  const base = { layer: "policies" } as const;
  switch (silence.kind) {
    case "no-policy":
      return {
        ...base,
        code: "policies.no-policy",
        title: `${effect}: row security is on and ${table} has no policy.`,
        because: ["Without a policy row security denies everything to everybody it holds for."],
        fix: createFix(inquiry, relation, role, question),
      };
    case "only-restrictive":
      return {
        ...base,
        code: "policies.only-restrictive",
        title: `${effect}: all policies of ${table} are restrictive, and restrictive policies give nothing.`,
        because: [
          `${listed(silence.policies.map(name))} can only take away from what a permissive policy gives; there is none for ${role}.`,
        ],
        fix: createFix(inquiry, relation, role, question),
      };
    case "other-command": {
      const commands = [...new Set(silence.policies.map((policy) => policy.command))];
      return {
        ...base,
        code: "policies.other-command",
        title: `${effect}: ${table} has no policy for ${command}.`,
        because: [
          `${listed(silence.policies.map(name))} ${silence.policies.length === 1 ? "is" : "are"} for ${listed(commands)}; what has no policy is denied.`,
        ],
        fix: createFix(inquiry, relation, role, question),
      };
    }
    case "no-expression":
      return noExpression(inquiry, relation, role, question, silence.policies, effect);
    case "other-role":
      return otherRole(inquiry, relation, role, silence.policies, effect, question);
  }
}

function otherRole(
  inquiry: Inquiry,
  relation: Relation,
  role: string,
  policies: Extract<Silence, { kind: "other-role" }>["policies"],
  effect: string,
  question: Question,
): Finding {
  const command = commandOf(question);
  const table = inquiry.show(relation);
  const [first] = policies;
  const roles = [...new Set(policies.flatMap((policy) => policy.roles))];
  const because = policies.map(
    (policy) =>
      `Policy "${policy.name}" is TO ${listed(policy.roles)}; ${role} is not ${policy.roles.length === 1 ? "that role nor a member of it" : "among them"}.`,
  );
  if (inquiry.trace.mode === "v2" && role === inquiry.role)
    because.push(
      `On v2 every request runs as ${inquiry.names.userRole}, whatever role the token names. A push puts that role where GRANT, REVOKE and CREATE POLICY say authenticated, and nowhere else.`,
    );
  // What lets some people do everything is not what others are meant to have.
  const wide = [first!.using, first!.check].includes("true") && !first!.roles.includes("anon");
  const own = createFix(inquiry, relation, role, question);
  return {
    code: "policies.other-role" satisfies DiagnosisCode,
    layer: "policies",
    title: `${effect}: its policies for ${command} are for ${listed(roles)}, and ${role === inquiry.role ? "the request ran" : "this runs"} as ${role}.`,
    because,
    fix: wide
      ? {
          ...own,
          text: `${own.text.replace(/\.$/, "")}; policy "${first!.name}" is true for every row, so let it apply to ${role} as well only if everybody may do everything.`,
        }
      : {
          text: `Let the policy apply to ${role} as well.`,
          // TO says for whom it is from now on, so those that it is for already are named again.
          sql: `ALTER POLICY ${quoteName(first!.name)} ON ${table} TO ${[...first!.roles, role].map(quoteName).join(", ")};`,
        },
  };
}

function noExpression(
  inquiry: Inquiry,
  relation: Relation,
  role: string,
  question: Question,
  policies: readonly Policy[],
  effect: string,
): Finding {
  const table = inquiry.show(relation);
  const first = policies[0]!;
  const keyword = question === "insert-check" ? "WITH CHECK" : "USING";
  const names = listed(policies.map(({ name }) => `"${name}"`));
  const [are, have] = policies.length === 1 ? ["is", "has"] : ["are", "have"];
  const condition = conditionFor(relation, first.check ?? undefined);
  const to = first.appliesTo.includes(role) ? "" : ` TO ${quoteName(inquiry.grantee(role))}`;
  return {
    code: "policies.no-expression",
    layer: "policies",
    title: `${effect}: ${names} ${are} for ${commandOf(question)} and ${have} no ${keyword}.`,
    because: [
      `A policy gives the rows that its expression names; without ${keyword} it gives none.`,
      ...(first.check !== null && keyword === "USING"
        ? [
            `WITH CHECK (${withoutParentheses(onOneLine(first.check))}) is about new rows only; it does not stand in for USING.`,
          ]
        : []),
    ],
    fix: {
      text: `Give "${first.name}" its ${keyword}${condition === "true" ? "; put the condition that you mean in place of true" : ""}.`,
      sql: `ALTER POLICY ${quoteName(first.name)} ON ${table}${to} ${keyword} (${condition});`,
    },
  };
}

const OWNER = /(^|_)(owner|user|author|creator|account|member|actor|customer|profile|created_by|uploaded_by)(_id)?$/i;

const IS_USER = /^(?:"[^"]+"|[\w$]+) = (?:auth\.uid\(\)|\( SELECT auth\.uid\(\) AS uid\))$/;

/**
 * Without a condition given, the owner's column is taken from another policy, or guessed by its name; without one of those it is
 * left to the reader.
 */
export function conditionFor({ columns, policies }: Relation, given: string | undefined): string {
  if (given !== undefined) return withoutParentheses(onOneLine(given));
  const written = policies
    .flatMap(({ permissive, using, check }) => (permissive ? [using, check] : []))
    .map((text) => withoutParentheses(onOneLine(text ?? "")))
    .find((text) => IS_USER.test(text));
  if (written !== undefined) return written;
  const owner = columns.find(({ name, type }) => OWNER.test(name) && type === "text");
  return owner === undefined ? "true" : `${quoteName(owner.name)} = auth.uid()`;
}

/** A policy to begin with. */
export function createFix(inquiry: Inquiry, relation: Relation, role: string, question: Question, given?: string): Fix {
  const command = commandOf(question);
  const condition = conditionFor(relation, given);
  const clause =
    question === "insert-check"
      ? `WITH CHECK (${condition})`
      : question === "update" || question === "update-check"
        ? `USING (${condition}) WITH CHECK (${condition})`
        : `USING (${condition})`;
  const policy = quoteName(unusedName(relation, `${relation.name}_${command.toLowerCase()}`));
  const to = quoteName(inquiry.grantee(role));
  return {
    text:
      condition === "true"
        ? `Add a policy for ${command}; put the condition that you mean in place of true.`
        : `Add a policy for ${command}.`,
    sql: `CREATE POLICY ${policy} ON ${inquiry.show(relation)} FOR ${command} TO ${to} ${clause};`,
  };
}

/** ON CONFLICT DO UPDATE asks the policies for INSERT, SELECT and UPDATE, so that one for each would be three steps. */
export function upsertFix(inquiry: Inquiry, relation: Relation, role: string): Fix {
  const condition = conditionFor(relation, undefined);
  const policy = quoteName(unusedName(relation, `${relation.name}_upsert`));
  const put = condition === "true" ? "; put the condition that you mean in place of true" : "";
  return {
    text: `Add a policy for all commands, because ON CONFLICT DO UPDATE reads and changes rows as well${put}.`,
    sql: `CREATE POLICY ${policy} ON ${inquiry.show(relation)} TO ${quoteName(inquiry.grantee(role))} USING (${condition}) WITH CHECK (${condition});`,
  };
}

function unusedName({ policies }: Relation, wanted: string): string {
  const taken = new Set(policies.map(({ name }) => name));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted}_${number}`;
    if (!taken.has(name)) return name;
  }
}
