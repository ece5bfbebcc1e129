/** New rows against the policies that check them. */
import type { Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Findings, PolicyVerdict } from "../types.ts";
import { capital, listed, quoteName, tidy } from "../words.ts";
import { applicable, type Question } from "./applicable.ts";
import { assess } from "./assess.ts";
import { withBehind } from "./behind.ts";
import { causeFinding } from "./cause-finding.ts";
import type { About } from "./cause-words.ts";
import { claimProof } from "./claim-proof.ts";
import { bodyRows, mentions, sentColumns } from "./new-rows.ts";
import type { Sample } from "./scope.ts";

export const refusalEffect = (inquiry: Inquiry, relation: Relation): string =>
  `Row security refuses the new row of ${inquiry.show(relation)}`;

/** Undefined when all rows pass. */
export async function refusedBy(
  inquiry: Inquiry,
  relation: Relation,
  role: string,
  question: Question,
  rows: readonly Sample[],
  effect: string,
): Promise<Findings | undefined> {
  const set = applicable(relation, role, question);
  const assessed = await assess(inquiry, relation, role, [set], rows);
  const code = (policy: PolicyVerdict | undefined) =>
    policy?.clause === "using as check" && question === "update-check"
      ? "policies.using-as-check"
      : "policies.with-check";
  const fix = (policy: PolicyVerdict | undefined, about: About) => ({
    text: remedyText(relation, sentColumns(inquiry), question, policy, about),
  });
  const found = causeFinding(inquiry, relation, assessed, effect, { code, fix });
  if (found === undefined) return undefined;
  const because = [...found.finding.because, ...placeOf(inquiry, rows, found.from.sample)];
  const told = { ...found, finding: { ...found.finding, because } };
  if (told.cause.kind !== "claim-dropped") return withBehind(inquiry, told);
  return { ...told, finding: { ...told.finding, proof: await claimProof(inquiry, told.from.causes) } };
}

/** What decides may stand in the row, in tables that are looked into, or in the request alone. */
function remedyText(
  { name: table, columns }: Relation,
  sent: readonly string[],
  question: Question,
  policy: PolicyVerdict | undefined,
  { text, call, reads }: About,
): string {
  const named = policy === undefined ? "the policy" : `policy "${policy.policy}"`;
  const verb = policy?.kind === "restrictive" ? "loosen" : "widen";
  const own = columns.map(({ name }) => name).filter((name) => mentions(text, table, name));
  const looked =
    call !== undefined ? `what ${tidy(call)} looks up` : reads ? "what the sub-select looks for" : undefined;
  if (own.length === 0 && looked === undefined)
    return `No row would do, because this asks about the request and not about the row: ${verb} ${named} if this user should be allowed to write it.`;
  const another = own.filter((name) => sent.includes(name)).map(quoteName);
  const more = question === "insert-check" ? own.filter((name) => !sent.includes(name)).map(quoteName) : [];
  const ways = [
    ...(another.length === 0 ? [] : [`send another ${listed(another, "or")}`]),
    ...(more.length === 0 ? [] : [`send ${listed(more)}`]),
    ...(looked === undefined ? [] : [`add or change ${looked}`]),
    `${verb} ${named} if it should be allowed`,
  ];
  return `${capital(listed(ways, "or"))}.`;
}

/** Which object of a list it was: new rows stand in the order of the body. */
function placeOf({ sent: { plan, body } }: Inquiry, rows: readonly Sample[], sample: Sample): string[] {
  if (plan.kind !== "mutate" || plan.mutate.kind !== "insert") return [];
  const sent = bodyRows({ body })?.length ?? 0;
  return sent > 1 && sent === rows.length
    ? [`It is row ${rows.indexOf(sample) + 1} of the ${sent} sent; one that is refused takes the others with it.`]
    : [];
}
