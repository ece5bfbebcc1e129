/** The way on which reading a table leads to a table that is being read already, as Postgres goes it. */
import { bodyFacts } from "../catalog/functions.ts";
import { basesOf, relationsWritten } from "../catalog/relations.ts";
import type { FunctionInfo, Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { learnFunctions } from "../policies/knowledge.ts";
import { noFacts } from "../predicates/facts.ts";
import { type Facts, splitPredicate } from "../predicates.ts";

/** A reader, and a table that it reads under row security. */
export interface Edge {
  /** The policy that reads; null where that is the function called by the request. */
  readonly policy: string | null;
  readonly on: Relation | null;
  readonly reads: Relation;
  /** The function that reads it for the policy; null when the policy does so itself. */
  readonly by: string | null;
  /** Whose policies are asked. */
  readonly acting: string;
}

export interface Circle {
  /** What leads to it. */
  readonly lead: readonly Edge[];
  /** From a table back to the same. */
  readonly round: readonly Edge[];
}

interface Place {
  readonly relation: Relation;
  readonly acting: string;
}

/** The first one that is met from there on. */
export async function circleFrom(inquiry: Inquiry, { relation, acting }: Place): Promise<Circle | undefined> {
  return walk(inquiry, { relation, acting }, []);
}

/** The same for a function that a request calls. */
export async function circleOfCall(inquiry: Inquiry, fn: FunctionInfo): Promise<Circle | undefined> {
  const acting = fn.definer ? fn.owner : inquiry.role;
  for (const read of await readsOf(inquiry, await bodyFacts(fn), acting, fn.signature))
    for (const next of await readUnder(inquiry, read)) {
      const edge = { policy: null, on: null, reads: next.relation, by: read.by, acting: next.acting };
      const found = await walk(inquiry, next, [edge]);
      if (found !== undefined) return found;
    }
  return undefined;
}

async function walk(inquiry: Inquiry, at: Place, passed: readonly Edge[]): Promise<Circle | undefined> {
  const { relation, acting } = at;
  for (const policy of relation.policies) {
    const isAsked = passed.length === 0 || policy.command === "SELECT" || policy.command === "ALL";
    if (!isAsked || !policy.appliesTo.includes(acting)) continue;
    for (const text of [policy.using, policy.check].filter((one) => one !== null))
      for (const read of await readsOf(inquiry, (await splitPredicate(text)).facts, acting, null))
        for (const next of await readUnder(inquiry, read)) {
          const edge = { policy: policy.name, on: relation, reads: next.relation, by: read.by, acting: next.acting };
          const way = [...passed, edge];
          const start = way.findIndex(({ on }) => on?.oid === next.relation.oid);
          if (start >= 0) return { lead: way.slice(0, start), round: way.slice(start) };
          const found = await walk(inquiry, next, way);
          if (found !== undefined) return found;
        }
  }
  return undefined;
}

interface Read {
  readonly tables: readonly string[];
  readonly by: string | null;
  readonly acting: string;
}

/** What an expression reads itself, and through functions, as their caller or as their owner. */
async function readsOf(
  inquiry: Inquiry,
  facts: Pick<Facts, "tables" | "functions">,
  acting: string,
  by: string | null,
  seen: Set<number> = new Set(),
): Promise<Read[]> {
  const reads: Read[] = [{ tables: facts.tables, by, acting }];
  const knowledge = await learnFunctions(inquiry.session, [{ ...noFacts, functions: facts.functions }]);
  for (const fn of facts.functions.flatMap(knowledge.overloadsOf)) {
    if (seen.has(fn.oid)) continue;
    seen.add(fn.oid);
    const as = fn.definer ? fn.owner : acting;
    reads.push(...(await readsOf(inquiry, await bodyFacts(fn), as, fn.signature, seen)));
  }
  return reads;
}

/** The tables of it whose policies are asked, behind views too. */
async function readUnder({ session }: Inquiry, { tables, acting }: Read): Promise<Place[]> {
  const places: Place[] = [];
  for (const relation of await relationsWritten(session, tables, [acting])) {
    if (relation.kind !== "view") places.push({ relation, acting });
    else
      places.push(
        ...(await basesOf(session, relation, acting)).map((base) => ({ relation: base.relation, acting: base.role })),
      );
  }
  return places.filter(({ relation, acting: as }) => relation.securedFor.includes(as) && !isOpen(relation, as));
}

/** Beside a policy that is simply true Postgres asks no other. */
const isOpen = ({ policies }: Relation, acting: string): boolean =>
  policies.some(
    ({ appliesTo, command, permissive, using }) =>
      permissive && using === "true" && appliesTo.includes(acting) && /^(?:ALL|SELECT)$/.test(command),
  ) && !policies.some(({ permissive, appliesTo }) => !permissive && appliesTo.includes(acting));
