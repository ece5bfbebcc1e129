/** Rows that exist and match, and that row security keeps from a read, an UPDATE or a DELETE. */
import type { CoercibleLogicTree } from "../../postgrest/plan/types.ts";
import type { Statement } from "../../postgrest/sql/snippet.ts";
import { relationsByOid, relationsWritten } from "../catalog/relations.ts";
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { samplesOf } from "../rows/samples.ts";
import type { Finding, Findings, PolicyVerdict } from "../types.ts";
import { tidy } from "../words.ts";
import { applicable, isForCommand, type Question, silence } from "./applicable.ts";
import { type Assessed, assess } from "./assess.ts";
import { withBehind } from "./behind.ts";
import { causeFinding } from "./cause-finding.ts";
import { claimProof } from "./claim-proof.ts";
import { createFix, silenceFinding } from "./silence-finding.ts";

export interface HiddenRows {
  readonly relation: Relation;
  /** Whose policies count: the request's role, or the owner of a view or function. */
  readonly role: string;
  /** What a row has to pass, the command's own question first. */
  readonly questions: readonly Question[];
  /** The request's filters on this table. */
  readonly filters: readonly CoercibleLogicTree[];
  /** The rows themselves, where filters alone do not tell them. */
  readonly samples?: Statement;
  /** Begins the title: "Row security hides the 3 rows of notes that match". */
  readonly effect: string;
}

/** A policy may read a table whose policies read another: so far they are followed. */
const DEPTH = 3;

export async function hiddenFinding(inquiry: Inquiry, hidden: HiddenRows, depth = 0): Promise<Findings> {
  const { relation, role, questions, effect } = hidden;
  for (const question of questions) {
    const silent = silence(relation, role, question);
    if (silent === undefined) continue;
    const finding = silenceFinding(inquiry, relation, role, question, silent, effect);
    return {
      finding: silent.kind === "no-policy" ? await asPartition(inquiry, relation, role, finding) : finding,
      also: [],
    };
  }
  const assessed = await assessHidden(inquiry, hidden);
  const isWrite = questions[0] !== "select";
  const code = isWrite ? "policies.hidden-write" : "policies.hidden";
  const found = causeFinding(inquiry, relation, assessed, effect, {
    code,
    fix: (policy, { call, reads }) => ({
      text: `If this user should ${isWrite ? "change" : "see"} the row, ${lookUp(call, reads)}${widen(policy)} or change the row; otherwise this is row security at work.`,
    }),
  });
  if (found?.cause.kind === "subselect-hidden" && depth < DEPTH)
    return withTables(found, await behindTables(inquiry, hidden, found.cause.tables, depth));
  if (found?.cause.kind === "claim-dropped" && depth === 0)
    return { ...found, finding: { ...found.finding, proof: await claimProof(inquiry, found.from.causes) } };
  if (found !== undefined) {
    const facts = questions.flatMap((question) => idlePolicies(relation, role, question));
    return withBehind(inquiry, {
      ...found,
      finding: { ...found.finding, because: [...found.finding.because, ...facts] },
    });
  }
  const finding: Finding = {
    code: "policies.unexplained",
    layer: "policies",
    title: `${effect}, but evaluated one by one the policies let them through.`,
    because: ["The data, the claims or the time may have changed since the request."],
  };
  return { finding, also: [] };
}

function lookUp(call: string | undefined, reads: boolean): string {
  if (call !== undefined) return `add or change what ${tidy(call)} looks up, `;
  return reads ? "add or change what the sub-select looks for, " : "";
}

/** A policy for that command that says nothing about the rows that are there. */
const idlePolicies = ({ policies }: Relation, role: string, question: Question): string[] =>
  policies
    .filter((policy) => isForCommand(policy, question) && policy.permissive && policy.appliesTo.includes(role))
    .filter(({ using }) => using === null)
    .map(
      ({ name }) =>
        `Policy "${name}" has no USING, so it lets nobody have a row; its WITH CHECK is about new rows only.`,
    );

/** Partitions have policies of their own, and mostly none, since they are meant to be reached through their table. */
async function asPartition(inquiry: Inquiry, partition: Relation, role: string, finding: Finding): Promise<Finding> {
  const { session } = inquiry;
  const [row] = await session.query<{ oid: number | null }>(
    "select pg_partition_root($1)::int8::int4 as oid where exists (select from pg_class where oid = $1 and relispartition)",
    [partition.oid],
  );
  const [root] = row?.oid ? await relationsByOid(session, [row.oid], [role]) : [];
  if (root === undefined) return finding;
  const table = inquiry.show(root);
  const { permissive, restrictive } = applicable(root, role, "select");
  const same = restrictive.length === 0 && permissive.length === 1 ? permissive[0]!.expression : undefined;
  const { text = "", sql } =
    same === undefined ? (finding.fix ?? {}) : createFix(inquiry, partition, role, "select", same);
  return {
    ...finding,
    because: [
      ...finding.because,
      `It is a partition of ${table}; the policies of that hold for requests that name it.`,
    ],
    fix: { text: `Ask for ${table} instead. Or: ${text}`, ...(sql === undefined ? {} : { sql }) },
  };
}

/** A write has to pass SELECT policies too, so the one that decides need not be the command's own. */
function widen(policy: PolicyVerdict | undefined): string {
  if (policy === undefined) return "widen a policy";
  const { kind, command } = policy;
  const verb = kind === "restrictive" ? "loosen the restrictive policy" : "widen policy";
  return `${verb} "${policy.policy}"${command === "ALL" ? "" : ` (FOR ${command})`}`;
}

/** Policies that do their work there are a fact about this finding; a mistake in them is one of its own. */
function withTables({ finding, also }: Findings, behind: readonly Finding[]): Findings {
  return {
    finding: { ...finding, because: [...finding.because, ...behind.map(({ title }) => title)] },
    also: [...behind.filter(({ code }) => code !== "policies.hidden"), ...also],
  };
}

/** Why the tables of a sub-select hide their rows: the same question, one table further. */
async function behindTables(
  inquiry: Inquiry,
  { role }: HiddenRows,
  tables: readonly string[],
  depth: number,
): Promise<Finding[]> {
  const behind: Finding[] = [];
  for (const relation of await relationsWritten(inquiry.session, tables, [role])) {
    if (!relation.securedFor.includes(role)) continue;
    const effect = `Row security hides the rows of ${inquiry.show(relation)} that the policy looks for`;
    const hidden = { relation, role, questions: ["select"], filters: [], effect } as const;
    const { finding, also } = await hiddenFinding(inquiry, hidden, depth + 1);
    if (finding.code !== "policies.unexplained") behind.push(finding, ...also);
  }
  return behind;
}

async function assessHidden(inquiry: Inquiry, hidden: HiddenRows): Promise<Assessed[]> {
  const { relation, role, questions } = hidden;
  const samples = await samplesOf(inquiry, hidden);
  return assess(
    inquiry,
    relation,
    role,
    questions.map((question) => applicable(relation, role, question)),
    samples,
  );
}
