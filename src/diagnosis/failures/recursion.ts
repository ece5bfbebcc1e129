/** 42P17 and 54001: a policy that, directly or through others, reads its own table. */
import { functionsCalled } from "../catalog/functions.ts";
import { relationsByName, relationsCalled } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import { namedRelations } from "../grants/needs.ts";
import { actingOwners } from "../grants/users.ts";
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";
import type { Finding, Fix } from "../types.ts";
import { quoteName } from "../words.ts";
import { type Circle, circleFrom, circleOfCall, type Edge } from "./circle.ts";

export async function recursionFinding(inquiry: Inquiry, failure: SqlFailure): Promise<Finding> {
  const { session, names, role } = inquiry;
  const table = /for relation "(.+)"$/.exec(failure.message)?.[1] ?? "";
  // It may have been read by a function that runs as its owner.
  for (const acting of [role, ...(await actingOwners(session, names.schema))]) {
    const [relation] = await relationsCalled(session, table, names.schema, [acting]);
    const circle = relation === undefined ? undefined : await circleFrom(inquiry, { relation, acting });
    if (circle !== undefined) return told(inquiry, circle);
  }
  const [relation] = await relationsCalled(session, table, names.schema, [role]);
  return unseen(inquiry, table, relation);
}

/** A function hides the circle from Postgres until its stack is full. Undefined when no policy leads back. */
export async function stackFinding(inquiry: Inquiry): Promise<Finding | undefined> {
  const { session, role, sent } = inquiry;
  for (const relation of await relationsByName(session, namedRelations(sent.plan), [role])) {
    const circle = relation.securedFor.includes(role)
      ? await circleFrom(inquiry, { relation, acting: role })
      : undefined;
    if (circle !== undefined) return told(inquiry, circle);
  }
  if (sent.plan.kind !== "call") return undefined;
  const { name, schema } = sent.plan.routine;
  for (const fn of await functionsCalled(session, name)) {
    const circle = fn.schema === schema ? await circleOfCall(inquiry, fn) : undefined;
    if (circle !== undefined) return told(inquiry, circle);
  }
  return undefined;
}

function told(inquiry: Inquiry, { lead, round }: Circle): Finding {
  const first = round[0]!;
  const shown = inquiry.show(first.on ?? first.reads);
  const throughFunction = round.some(({ by }) => by !== null);
  return {
    code: "policies.recursion",
    layer: "policies",
    title:
      round.length === 1
        ? `Policy "${first.policy}" of ${shown} reads ${shown} itself.`
        : `The policies of ${shown} lead back to ${shown}.`,
    because: [
      ...[...lead, ...round].map((edge) => edgeText(inquiry, edge)),
      throughFunction
        ? "To read a table Postgres adds its policies, which read it again: calls pile up until it stops with 54001."
        : "To read a table Postgres adds its policies, which read it again: it stops with 42P17, whatever the rows are.",
    ],
    fix: fixFor(inquiry, round),
  };
}

function edgeText(inquiry: Inquiry, { policy, on, reads, by, acting }: Edge): string {
  const table = inquiry.show(reads);
  const as =
    acting === inquiry.role ? "as whoever calls it" : `as its owner ${acting}, for whom these policies hold as well`;
  if (policy === null || on === null) return `The function ${by} reads ${table} ${as}.`;
  const whose = `Policy "${policy}" of ${inquiry.show(on)}`;
  return by === null ? `${whose} reads ${table}.` : `${whose} calls ${by}, which reads ${table} ${as}.`;
}

/** Policies lead to where this could not be followed. */
const unseen = (inquiry: Inquiry, table: string, relation: Relation | undefined): Finding => {
  const shown = relation === undefined ? table : inquiry.show(relation);
  return {
    code: "policies.recursion",
    layer: "policies",
    title: `The policies of ${shown} lead back to ${shown}.`,
    because: [
      "To read a table Postgres adds its policies, which read it again: it stops with 42P17, whatever the rows are.",
    ],
    fix: { text: relation === undefined ? MOVE : moveText(inquiry, relation) },
  };
};

/** An owner who may see everything is asked no further policy: Postgres drops the others beside a `true`. */
function fixFor(inquiry: Inquiry, round: readonly Edge[]): Fix {
  const owned = round.find(({ acting, by }) => by !== null && acting !== inquiry.role);
  if (owned === undefined) return { text: moveText(inquiry, round[0]!.reads) };
  const { reads, acting } = owned;
  const policy = `CREATE POLICY ${quoteName(`${reads.name}_owner`)} ON ${inquiry.show(reads)} FOR SELECT TO ${quoteName(acting)} USING (true);`;
  return { text: `Give ${acting} a policy of its own; requests run as another role.`, sql: policy };
}

const MOVE =
  "Move the look-up into a function that is not subject to these policies, or let the policy compare columns of the row only.";

/** Under FORCE ROW LEVEL SECURITY no owner is free of policies; one of its own lets a SECURITY DEFINER function read. */
function moveText(inquiry: Inquiry, { forced, owner, ...relation }: Relation): string {
  if (!forced) return MOVE;
  const policy = `CREATE POLICY … ON ${inquiry.show(relation)} FOR SELECT TO ${owner} USING (true)`;
  return `Move the look-up into a SECURITY DEFINER function and give its owner a policy of its own (${policy}), or let the policy compare columns of the row only.`;
}
