/** What is asked about expressions at one place, in a policy or in a function's body, and of what they call. */
import { relationsWritten } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { type Facts, leavesOf, negatedLeaves, type Predicate, valueSqlOf } from "../predicates.ts";
import type { Identity } from "../replay/session.ts";
import { silence } from "./applicable.ts";
import { enumNotes } from "./enum-notes.ts";
import { type Evaluated, evaluate, type Values } from "./evaluate.ts";
import { type Knowledge, learnFunctions } from "./knowledge.ts";
import { type Evidence, truthOf } from "./leaf.ts";
import { Opener } from "./opened.ts";
import { operandExpressions } from "./operands.ts";
import { scalarNotes } from "./scalar-notes.ts";
import { actingIn, definerIn, ownersIn, parametersIn, pathIn, type Scope } from "./scope.ts";
import { subselectNotes, type Told } from "./subselect-notes.ts";

/** `role` is whose policies are asked. */
export const gather = (
  inquiry: Inquiry,
  relation: Relation,
  role: string,
  predicates: readonly Predicate[],
  scope: Scope,
): Promise<Evidence> => {
  const uuids = relation.columns.filter(({ type }) => type === "uuid").map(({ name }) => name);
  return gatherIn(inquiry, role, predicates, scope, new Opener(), uuids);
};

async function gatherIn(
  inquiry: Inquiry,
  role: string,
  predicates: readonly Predicate[],
  scope: Scope,
  opener: Opener,
  uuids: readonly string[],
): Promise<Evidence> {
  const { session, claims } = inquiry;
  const leaves = predicates.flatMap(leavesOf);
  const knowledge = await learnFunctions(
    session,
    leaves.map(({ facts }) => facts),
    pathIn(scope),
  );
  for (const { text, facts } of leaves) noteObstacles(inquiry, text, knowledge, facts);
  const safe = leaves.filter(({ facts }) => knowledge.obstacleOf(facts) === null);
  const identity = inquiry.identity(role);
  const values = await evaluate(
    session,
    scope,
    [
      ...safe.flatMap((leaf) => [
        valueSqlOf(leaf),
        ...(leaf.leaf === null ? [] : operandExpressions(leaf.leaf).map(({ sql }) => sql)),
      ]),
      ...parametersIn(scope),
    ],
    identity,
  );
  const answers = (leaf: Predicate) => values.get(valueSqlOf(leaf))?.map(truthOf) ?? [];
  const failing = safe.filter((leaf) => answers(leaf).some((value) => value !== "true"));
  const negated = new Set(predicates.flatMap(negatedLeaves));
  const refusing = safe.filter((leaf) => answers(leaf).some((value) => value === "true") && negated.has(leaf));

  // What a body adds may not cost the explanation that there is without it.
  const worth = (asked: readonly Predicate[]) => (scope.entered.length > 0 && session.isLate ? [] : asked);
  const more = await withoutSecurity(inquiry, role, scope, worth(failing), knowledge);
  const seen = claims.seen ?? {};
  const dropped = Object.fromEntries(claims.dropped.map((name) => [name, claims.sent?.[name]]));
  const wanting = worth(failing).filter(({ facts }) => knowledge.claimsOf(facts).some((claim) => claim in dropped));
  const restored = await evaluate(session, scope, wanting.map(valueSqlOf), {
    ...identity,
    claims: { ...seen, ...dropped },
  });
  const { notes, blamed } = await notesFor(inquiry, scope, role, worth(failing));
  return {
    values,
    ...more,
    restored,
    knowledge,
    uuids,
    scope,
    definer: definerIn(scope, role),
    sent: claims.sent,
    dropped: claims.dropped,
    seen,
    notes,
    opened: await opener.open(
      {
        inquiry,
        role,
        scope,
        knowledge,
        gather: (inner, predicate, own) => gatherIn(inquiry, role, [predicate], inner, opener, own),
      },
      [...failing.filter((leaf) => !values.get(valueSqlOf(leaf))?.some(isCostly)), ...refusing],
      blamed,
    ),
  };
}

/** The same where row security does not hold, and which of the tables show nothing at all where it does. */
async function withoutSecurity(
  inquiry: Inquiry,
  role: string,
  scope: Scope,
  failing: readonly Predicate[],
  knowledge: Knowledge,
): Promise<Pick<Evidence, "unsecured" | "ownersLifted" | "silentTables">> {
  const { session } = inquiry;
  const reading = failing.filter(({ facts }) => knowledge.tablesOf(facts).length > 0);
  const texts = reading.map(valueSqlOf);
  const identity = inquiry.identity(role);
  const called = reading.flatMap(({ facts }) => knowledge.functionsOf(facts).map(({ owner }) => owner));
  const lifted = ownersIn(scope).filter(isSecured);
  const more = unique(called).filter((owner) => isSecured(owner) && !lifted.includes(owner));
  const unsecured = await evaluate(session, scope, texts, unsecuredIdentity(identity, scope));
  const ownersLifted: Values =
    more.length === 0
      ? new Map()
      : await evaluate(session, scope, texts, { ...identity, lifted: [role, ...lifted, ...more] });
  const acting = actingIn(scope, role);
  const silentTables: string[] = [];
  for (const name of unique(reading.flatMap(({ facts }) => knowledge.tablesOf(facts)))) {
    const [relation] = await relationsWritten(session, [name], [acting], pathIn(scope));
    if (relation?.securedFor.includes(acting) && silence(relation, acting, "select") !== undefined)
      silentTables.push(name);
  }
  return { unsecured, ownersLifted, silentTables };
}

/** The superuser, or, where bodies run as somebody else, the same roles without row security. */
export function unsecuredIdentity(identity: Identity, scope: Scope): Identity | null {
  const owners = ownersIn(scope).filter(isSecured);
  return owners.length === 0 ? null : { ...identity, lifted: [identity.role, ...owners] };
}

/** The stack or the time ran out: more of the same would cost as much again, and tell as little. */
const isCostly = (evaluated: Evaluated): boolean =>
  "failure" in evaluated && ["54001", "57014"].includes(evaluated.failure.sqlState);

const isSecured = (owner: string): boolean => owner !== "postgres";

const unique = (names: readonly string[]): string[] => [...new Set(names)];

/** What the queries in these leaves found. */
async function notesFor(inquiry: Inquiry, scope: Scope, role: string, failing: readonly Predicate[]): Promise<Told> {
  const { session, context } = inquiry;
  const identity = inquiry.identity(role);
  const questions = {
    scope,
    users: context.users,
    role,
    ask: (expressions: readonly string[]) => evaluate(session, scope, expressions, identity),
    askUnsecured: (expressions: readonly string[]) =>
      evaluate(session, scope, expressions, unsecuredIdentity(identity, scope)),
  };
  const [queries, scalars] = [await subselectNotes(failing, questions), await scalarNotes(failing, questions)];
  const ordered = [...(await enumNotes(session, failing))].map(
    ([text, note]) => [text, scope.samples.map(() => note)] as const,
  );
  return {
    notes: new Map([...ordered, ...queries.notes, ...scalars.notes]),
    blamed: new Map([...queries.blamed, ...scalars.blamed]),
  };
}

function noteObstacles(inquiry: Inquiry, text: string, knowledge: Knowledge, facts: Facts): void {
  const obstacle = knowledge.obstacleOf(facts);
  if (obstacle !== null) {
    inquiry.note(`Not evaluated: ${text}, because ${obstacle}.`);
    return;
  }
  for (const fn of knowledge.functionsOf(facts))
    if (fn.volatile)
      inquiry.note(
        `${fn.signature} is VOLATILE; it was called again in a read-only transaction and may have answered otherwise during the request. If it only reads, declare it STABLE.`,
      );
}
