/** Counts values of policies, part by part. */
import type { Policy, Relation } from "../catalog/types.ts";
import type { Applicable } from "../policies/applicable.ts";
import { isNo, isYes } from "../predicates/choices.ts";
import type { Part, Truth } from "../types.ts";
import type { Clause, ClauseCoverage, PartCoverage, PolicyCoverage } from "./types.ts";

interface Count {
  readonly text: string;
  readonly operator: Part["operator"];
  readonly values: Record<Truth, number>;
  readonly parts: readonly Count[];
}

const countFor = ({ text, operator, parts }: Part): Count => ({
  text,
  operator,
  values: { true: 0, false: 0, null: 0, unknown: 0 },
  parts: parts.map(countFor),
});

function add(count: Count, part: Part, times: number): void {
  count.values[part.value] += times;
  for (const [index, inner] of count.parts.entries())
    if (part.operator !== "case" || index === 0 || index === part.takes) add(inner, part.parts[index]!, times);
}

const shown = ({ text, operator, values, parts }: Count): PartCoverage => ({
  text,
  operator,
  ...values,
  parts: parts.filter((part) => !isYes(part.text) && !isNo(part.text)).map(shown),
});

export class Tally {
  readonly #clauses = new Map<string, Count>();
  readonly #deleted = new Map<string, number>();
  readonly #within = new Set<string>();

  /** One row under one policy, in as many requests. */
  count(relation: Relation, { policy, clause }: Applicable, part: Part, times: number): void {
    const key = keyOf(relation, policy, clause);
    const count = this.#clauses.get(key) ?? countFor(part);
    this.#clauses.set(key, count);
    add(count, part, times);
  }

  countDeleted(relation: Relation, { policy }: Applicable, rows: number): void {
    const key = keyOf(relation, policy, "using");
    this.#deleted.set(key, (this.#deleted.get(key) ?? 0) + rows);
  }

  /** Tables, as written, that an evaluated expression or its functions read. */
  readWithin(tables: readonly string[]): void {
    for (const table of tables) this.#within.add(table);
  }

  coverage(relation: Relation, policy: Policy): Omit<PolicyCoverage, "source"> {
    return {
      table: relation.name,
      policy: policy.name,
      kind: policy.permissive ? "permissive" : "restrictive",
      command: policy.command,
      roles: policy.roles,
      clauses: clausesOf(policy).map((clause) => this.#clause(relation, policy, clause)),
      within: this.#isReadWithin(relation, policy),
      deleted: this.#deleted.get(keyOf(relation, policy, "using")) ?? 0,
    };
  }

  #isReadWithin({ schema, name }: Relation, { command }: Policy): boolean {
    const isAsked = command === "SELECT" || command === "ALL";
    return isAsked && (this.#within.has(name) || this.#within.has(`${schema}.${name}`));
  }

  #clause(relation: Relation, policy: Policy, clause: Clause): ClauseCoverage {
    const count = this.#clauses.get(keyOf(relation, policy, clause));
    if (count === undefined) return { clause, evaluated: 0, expression: null };
    const evaluated = Object.values(count.values).reduce((sum, value) => sum + value, 0);
    return { clause, evaluated, expression: shown(count) };
  }
}

const keyOf = ({ oid }: Relation, { name }: Policy, clause: Clause): string => `${oid} ${clause} ${name}`;

/** Those a policy can be asked by; USING stands in for a WITH CHECK that was left out. */
function clausesOf({ using, check, command }: Policy): Clause[] {
  const asCheck = using !== null && check === null && (command === "UPDATE" || command === "ALL");
  return [
    ...(using === null ? [] : (["using"] as const)),
    ...(check === null ? [] : (["check"] as const)),
    ...(asCheck ? (["using as check"] as const) : []),
  ];
}
