/** What would satisfy a WITH CHECK: the value that a column is compared with, tried in the same request. */
import { mutateQuery } from "../../postgrest/sql/mutate.ts";
import { fill, render } from "../../postgrest/sql/snippet.ts";
import type { Column, Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { callsIn } from "../predicates/calls.ts";
import { leavesOf, splitPredicate } from "../predicates.ts";
import type { CalledBody, Finding, Fix, Part, Proof } from "../types.ts";
import { listed, quoteName } from "../words.ts";
import { bodyRows, dialectOf, mentions, sentColumns } from "./new-rows.ts";
import { shownAs } from "./operands.ts";

export interface CheckFix {
  readonly fix: Fix;
  /** The column to set, and to what. */
  readonly column?: Column;
  readonly value?: string;
}

/** `unseen`: the SELECT policies would not show the new row. Undefined when the clause that failed does not compare a column with one value. */
export async function checkFix(
  inquiry: Inquiry,
  relation: Relation,
  finding: Finding,
  unseen = false,
): Promise<CheckFix | undefined> {
  const failing = (finding.rows ?? []).flatMap(({ policies }) =>
    policies.flatMap(({ part }) => (part === null ? [] : failingLeaves(part))),
  );
  for (const { part, given } of failing) {
    const wanted = await wantedValue(relation, part, given);
    if (wanted === undefined) continue;
    const { column, value, expression } = wanted;
    const sent = sentColumns(inquiry).includes(column.name);
    const name = quoteName(column.name);
    const shown = inquiry.value(value);
    const isUser = expression.includes("auth.uid()");
    if (finding.code === "policies.using-as-check")
      return {
        column,
        value,
        fix: asItIs(inquiry, relation, finding, name, unseen),
      };
    const { plan } = inquiry.sent;
    // A default is for new rows only.
    if (plan.kind === "mutate" && plan.mutate.kind === "update")
      return { column, value, fix: { text: `Send ${name} = ${shown}${sent ? `, or leave ${name} out` : ""}.` } };
    if (sent) {
      const text = isUser
        ? `Send ${name} = ${shown}, or leave it out and let its default be auth.uid().`
        : `Send ${name} = ${shown}.`;
      return {
        column,
        value,
        fix: column.default === null && isUser ? { text, sql: defaultSql(inquiry, relation, column) } : { text },
      };
    }
    return {
      column,
      value,
      fix: isUser
        ? { text: `Send ${name}, or give it a default.`, sql: defaultSql(inquiry, relation, column) }
        : { text: `Send ${name} = ${shown}.` },
    };
  }
  const changed = sentColumns(inquiry).filter((name) =>
    failing.some(({ part }) => mentions(part.text, relation.name, name)),
  );
  return finding.code === "policies.using-as-check" && changed.length > 0
    ? { fix: asItIs(inquiry, relation, finding, listed(changed.map(quoteName)), unseen) }
    : undefined;
}

function asItIs(inquiry: Inquiry, relation: Relation, finding: Finding, name: string, unseen: boolean): Fix {
  if (unseen)
    return {
      text: `Leave ${name} as it is. To let the value go, the policy needs a WITH CHECK of its own, and a SELECT policy has to show the row as it is then.`,
    };
  const text = `Leave ${name} as it is, or give the policy a WITH CHECK of its own that allows the new value.`;
  return { text, ...handOver(inquiry, relation, finding) };
}

/** `true` stands for whatever the writer may make of the row; the SELECT policies are asked all the same. */
function handOver(inquiry: Inquiry, relation: Relation, { rows = [] }: Finding): { sql?: string } {
  const policy = rows
    .flatMap(({ policies }) => policies)
    .find(({ clause, value }) => clause === "using as check" && value !== "true");
  return policy === undefined
    ? {}
    : { sql: `ALTER POLICY ${quoteName(policy.policy)} ON ${inquiry.show(relation)} WITH CHECK (true);` };
}

const defaultSql = (inquiry: Inquiry, relation: Relation, { name }: Column): string =>
  `ALTER TABLE ${inquiry.show(relation)} ALTER COLUMN ${quoteName(name)} SET DEFAULT auth.uid();`;

/** Arguments by parameter: where a function compares what it was given, the argument is what has to change. */
type Given = ReadonlyMap<string, string>;

interface FailingLeaf {
  readonly part: Part;
  readonly given: Given;
}

function failingLeaves(part: Part, given: Given = new Map()): FailingLeaf[] {
  if (part.value === "true") return [];
  if (part.parts.length > 0) return part.parts.flatMap((inner) => failingLeaves(inner, given));
  const body = part.calls?.find(({ call }) => call === part.text);
  return body === undefined || body.part === null
    ? [{ part, given }]
    : failingLeaves(body.part, argumentsOf(body, given));
}

function argumentsOf({ call, arguments: parameters }: CalledBody, outer: Given): Given {
  const given = new Map<string, string>();
  const args = callsIn(call).find(({ text }) => text === call)?.arguments ?? [];
  for (const [place, { name, text }] of args.entries()) {
    const value = outer.get(text) ?? text;
    given.set(`$${place + 1}`, value);
    const parameter = name ?? parameters[place]?.text;
    if (parameter !== undefined) given.set(parameter, value);
  }
  return given;
}

async function wantedValue(
  relation: Relation,
  part: Part,
  given: Given,
): Promise<{ column: Column; value: string; expression: string } | undefined> {
  const [predicate] = leavesOf(await splitPredicate(part.text));
  const leaf = predicate?.leaf;
  if (leaf?.kind !== "comparison" || leaf.operator !== "=") return undefined;
  for (const [one, other] of [
    [leaf.left, leaf.right],
    [leaf.right, leaf.left],
  ] as const) {
    const written = one.text.replace(/::\w+$|[()]/g, "");
    const column = relation.columns.find(({ name }) => quoteName(name) === (given.get(written) ?? written));
    const value = other.constant
      ? literalValue(other.text)
      : part.operands.find(({ text }) => text === shownAs(other))?.value;
    if (column !== undefined && typeof value === "string") return { column, value, expression: other.text };
  }
  return undefined;
}

/** `'draft'::text`, `(0)::numeric`, `5`. */
const literalValue = (text: string): string | undefined =>
  /^'(.*)'(?:::[\w ]+)?$/.exec(text)?.[1] ?? /^\(?(-?\d+(?:\.\d+)?)\)?(?:::[\w ]+)?$/.exec(text)?.[1];

/** The same write with that one value changed. Undefined for bodies that are not JSON objects. */
export async function checkProof(
  inquiry: Inquiry,
  relation: Relation,
  column: Column,
  value: string | undefined,
): Promise<Proof | undefined> {
  const { plan } = inquiry.sent;
  if (plan.kind !== "mutate" || plan.mutate.kind === "delete" || value === undefined) return undefined;
  const { mutate } = plan;
  const bodies = bodyRows(inquiry.sent);
  if (bodies === undefined) return undefined;
  const body = Buffer.from(JSON.stringify(bodies.map((row) => ({ ...row, [column.name]: value }))));
  const field = {
    name: column.name,
    path: [],
    toJson: false,
    irType: column.type,
    transform: null,
    default: null,
  };
  const columns = mutate.columns.some(({ name }) => name === column.name) ? mutate.columns : [...mutate.columns, field];
  const main = fill(render(mutateQuery({ ...mutate, columns, bodyIsObject: false }, dialectOf(inquiry))), {
    body,
    values: [],
  });
  const tried = await inquiry.replay.run({ main });
  return {
    tried: `the same write with ${quoteName(column.name)} = ${inquiry.value(value)}`,
    result: tried.ok
      ? `${inquiry.show(relation)} takes the row`
      : `${tried.failure.sqlState}: ${tried.failure.message}`,
    holds: tried.ok,
  };
}
