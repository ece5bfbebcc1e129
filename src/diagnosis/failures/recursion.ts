/** 42P17: a policy that, directly or through others, reads its own table. */
import { bodyFacts } from "../catalog/functions.ts";
import { relationsByName, relationsCalled, relationsWritten } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import { namedRelations } from "../grants/needs.ts";
import type { Inquiry } from "../inquiry.ts";
import { learnFunctions } from "../policies/knowledge.ts";
import { type Predicate, splitPredicate } from "../predicates.ts";
import type { SqlFailure } from "../replay/session.ts";
import type { Finding, Fix } from "../types.ts";
import { quoteName } from "../words.ts";

export async function recursionFinding(inquiry: Inquiry, failure: SqlFailure): Promise<Finding> {
  const { session, names, role } = inquiry;
  const table = /for relation "(.+)"$/.exec(failure.message)?.[1] ?? "";
  const [relation] = await relationsCalled(session, table, names.schema, [role]);
  const path = relation === undefined ? [] : await circle(inquiry, relation, relation, []);
  return told(inquiry, table, relation, path);
}

/** A function hides the circle from Postgres until its stack is full. Undefined when no policy leads back. */
export async function stackFinding(inquiry: Inquiry): Promise<Finding | undefined> {
  const { session, role, sent } = inquiry;
  for (const relation of await relationsByName(session, namedRelations(sent.plan), [role])) {
    const path = relation.securedFor.includes(role) ? await circle(inquiry, relation, relation, []) : [];
    if (path.length > 0) return told(inquiry, relation.name, relation, path);
  }
  return undefined;
}

function told(inquiry: Inquiry, table: string, relation: Relation | undefined, path: readonly Edge[]): Finding {
  const shown = relation === undefined ? table : inquiry.show(relation);
  const direct = path.length === 1;
  return {
    code: "policies.recursion",
    layer: "policies",
    title: direct
      ? `Policy "${path[0]!.policy}" of ${shown} reads ${shown} itself.`
      : `The policies of ${shown} lead back to ${shown}.`,
    because: [
      ...path.map(({ policy, on, reads, by, owner }) =>
        by === null
          ? `Policy "${policy}" of ${on} reads ${reads}.`
          : `Policy "${policy}" of ${on} calls ${by}, which reads ${reads} as ${owner === null ? "whoever calls it" : `its owner ${owner}, for whom these policies hold as well`}.`,
      ),
      path.some(({ by }) => by !== null)
        ? "To read a table Postgres adds its policies, which read it again: calls pile up until it stops with 54001."
        : "To read a table Postgres adds its policies, which read it again: it stops with 42P17, whatever the rows are.",
    ],
    fix: fixFor(inquiry, relation, path),
  };
}

/** An owner who may see everything is asked no further policy: Postgres drops the others beside a `true`. */
function fixFor(inquiry: Inquiry, relation: Relation | undefined, path: readonly Edge[]): Fix {
  const owner = path.find((edge) => edge.owner !== null)?.owner;
  if (relation === undefined) return { text: MOVE };
  if (owner === undefined || owner === null) return { text: moveText(inquiry, relation) };
  const policy = `CREATE POLICY ${quoteName(`${relation.name}_owner`)} ON ${inquiry.show(relation)} FOR SELECT TO ${quoteName(owner)} USING (true);`;
  return { text: `Give ${owner} a policy of its own; requests run as another role.`, sql: policy };
}

const MOVE =
  "Move the look-up into a function that is not subject to these policies, or let the policy compare columns of the row only.";

/** Under FORCE ROW LEVEL SECURITY no owner is free of policies; one of its own lets a SECURITY DEFINER function read. */
function moveText(inquiry: Inquiry, { forced, owner, ...relation }: Relation): string {
  if (!forced) return MOVE;
  const policy = `CREATE POLICY … ON ${inquiry.show(relation)} FOR SELECT TO ${owner} USING (true)`;
  return `Move the look-up into a SECURITY DEFINER function and give its owner a policy of its own (${policy}), or let the policy compare columns of the row only.`;
}

interface Edge {
  readonly policy: string;
  readonly on: string;
  readonly reads: string;
  /** The function that reads it for the policy; null when the policy does so itself. */
  readonly by: string | null;
  /** Whom that function runs as, where it is not its caller. */
  readonly owner: string | null;
}

/** The shortest way back that is found first; tables passed already are not entered again. */
async function circle(inquiry: Inquiry, start: Relation, at: Relation, passed: readonly number[]): Promise<Edge[]> {
  for (const policy of at.policies) {
    const written = [policy.using, policy.check].filter((text) => text !== null);
    const predicates = await Promise.all(written.map(splitPredicate));
    for (const { tables, by, owner } of await readers(inquiry, predicates)) {
      const acting = owner ?? inquiry.role;
      for (const next of await relationsWritten(inquiry.session, tables, [inquiry.role, acting])) {
        if (owner !== null && !holdsFor(next, owner)) continue;
        const edge = { policy: policy.name, on: inquiry.show(at), reads: inquiry.show(next), by, owner };
        if (next.oid === start.oid) return [edge];
        if (passed.includes(next.oid) || !next.rowSecurity) continue;
        const rest = await circle(inquiry, start, next, [...passed, at.oid, next.oid]);
        if (rest.length > 0) return [edge, ...rest];
      }
    }
  }
  return [];
}

/** Whether a table's policies are asked of an owner, and are more than one that lets it see everything. */
const holdsFor = ({ securedFor, policies }: Relation, owner: string): boolean => {
  const own = policies.filter(
    ({ appliesTo, command }) => appliesTo.includes(owner) && /^(?:ALL|SELECT)$/.test(command),
  );
  return (
    securedFor.includes(owner) && own.length > 0 && !own.some(({ permissive, using }) => permissive && using === "true")
  );
};

/** What a policy reads itself, and through functions, as their caller or as their owner. */
async function readers(
  { session }: Inquiry,
  predicates: readonly Predicate[],
): Promise<ReadonlyArray<Pick<Edge, "by" | "owner"> & { readonly tables: readonly string[] }>> {
  const facts = predicates.map((one) => one.facts);
  const knowledge = await learnFunctions(session, facts);
  const functions = facts.flatMap((one) => knowledge.functionsOf(one));
  const through = functions.map(async (fn) => ({
    tables: (await bodyFacts(fn)).tables,
    by: fn.signature,
    owner: fn.definer ? fn.owner : null,
  }));
  const itself = { tables: facts.flatMap(({ tables }) => tables), by: null, owner: null };
  return [itself, ...(await Promise.all(through))];
}
