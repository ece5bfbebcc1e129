/** One cause in words: title, the facts that lead there, and what mends it. */
import type { Relation } from "../catalog/types.ts";
import type { DiagnosisCode } from "../codes.ts";
import type { Inquiry } from "../inquiry.ts";
import type { CalledBody, Finding, Fix, Part, PolicyVerdict } from "../types.ts";
import { capital, listed, quoteName, showOperand, tidy } from "../words.ts";
import type { Cause } from "./cause.ts";
import { claimFix, claimMissing } from "./claim-words.ts";
import { errorFix, legacyFix } from "./expression-fix.ts";
import { bodyText, calledTexts, type Found, operandTexts, partOf, truthText } from "./part-words.ts";
import { asksForRole, nullFix, ROLE_FIX, remarks, settingFix } from "./remarks.ts";
import { uuidFix } from "./uuid-fix.ts";

/** What a finding is called when the policies simply do their work on these values. */
export interface Plain {
  readonly code: DiagnosisCode | ((policy: PolicyVerdict | undefined) => DiagnosisCode);
  readonly fix?: (policy: PolicyVerdict | undefined, about: About) => Fix;
}

export interface About {
  /** What in the policy's own text is not true. */
  readonly text: string;
  /** The function whose query finds nothing, or gives what is not wanted. */
  readonly call: string | undefined;
  /** Tables that are looked into, by the policy itself. */
  readonly reads: boolean;
}

export function described(
  inquiry: Inquiry,
  relation: Relation,
  cause: Cause,
  policy: PolicyVerdict | undefined,
  effect: string,
  plain: Plain,
): Finding {
  const own = policy === undefined ? "a policy" : `policy "${policy.policy}"`;
  const place = policy?.source === undefined ? "" : ` (${policy.source})`;
  const { part, through = [] } = (policy?.part ? partOf(policy.part, cause) : undefined) ?? {};
  const named = [own, ...through.map(({ body }) => `calls ${tidy(body.call)}, which`)].join(" ");
  const [outer = part] = through.map((step) => step.part);
  // What stands in a function's body is no part of the policy's own text.
  const written = through.length === 0 ? cause.part : "";
  const wanted = tidy(outer?.text ?? cause.part);
  const make = (code: DiagnosisCode, reason: string, because: readonly string[], fix?: Fix): Finding => ({
    code,
    layer: "policies",
    title: `${effect}: ${reason}.`,
    because: unique([
      `${capital(own)}${place} wants ${wanted}; it ${truthText(outer)}.`,
      ...through.flatMap(({ part: caller, body }) => [
        ...operandTexts(inquiry, caller),
        ...(caller.text === body.call ? [] : noted(caller.note)),
        bodyText(inquiry, body),
      ]),
      ...(part === undefined ? [] : [...operandTexts(inquiry, untold(part, through)), ...calledTexts(inquiry, part)]),
      ...because,
    ]),
    ...(fix === undefined ? {} : { fix }),
  });
  switch (cause.kind) {
    case "plain":
      return make(
        typeof plain.code === "function" ? plain.code(policy) : plain.code,
        plainReason(inquiry, named, part),
        part === undefined
          ? []
          : [
              ...noted(part.note),
              ...remarks({ mode: inquiry.trace.mode, role: inquiry.role, claims: inquiry.claims.seen ?? {} }, part),
            ],
        plainFix(inquiry, part) ??
          blindFix([...through.map(({ body }) => body), ...(part?.calls ?? [])]) ??
          plain.fix?.(policy, {
            text: outer?.text ?? cause.part,
            call: through.length > 0 && readsIn(part) ? through.at(-1)?.body.call : lookingUp(part),
            reads: through.length === 0 && readsIn(part),
          }),
      );
    case "not-evaluated":
      return make("policies.unexplained", `${named} cannot be evaluated again`, [], {
        text: "Look at what the function answered then; one that only reads should be declared STABLE, and can be asked again.",
      });
    case "claim-dropped":
      return make(
        "policies.claim-dropped",
        `${named} reads the claim ${cause.claim}, which the gateway ${cause.seen === null ? "drops" : "replaces"}`,
        [
          `The token says ${cause.claim} = ${inquiry.value(inquiry.claims.sent?.[cause.claim])}; the v2 gateway keeps sub and email only, so SQL sees ${inquiry.value(cause.seen)}.`,
          cause.restored
            ? `With ${cause.claim} in request.jwt.claims, as v1 has it, this part is true.`
            : `Even with ${cause.claim} in request.jwt.claims, as v1 has it, this part would not be true for this row.`,
        ],
        {
          text:
            cause.claim === "role"
              ? "Leave the claim role out of the policy: TO authenticated says the same, and a push adapts it."
              : `Let the policy look ${cause.claim} up in a table by auth.uid() instead of reading it from the token.`,
        },
      );
    case "claim-missing":
      return make(
        "policies.claim-missing",
        `${named} reads the claim ${cause.claim}, which SQL did not see`,
        [claimMissing(inquiry, cause.claim)],
        claimFix(inquiry, cause.claim),
      );
    case "legacy-claim":
      return make(
        "policies.legacy-claim",
        `${named} reads request.jwt.claim.${cause.claim}, which PostgREST 12 does not set`,
        ["All claims stand as JSON in request.jwt.claims."],
        inBody(through, {
          text: `Read the claim from request.jwt.claims.`,
          ...legacyFix(inquiry, relation, cause.claim, policy),
        }),
      );
    case "uuid-text":
      return make(
        "policies.uuid-text",
        `${named} compares a uuid with ${inquiry.value(cause.other)}, which is no uuid`,
        [
          "auth.uid() is text, and ids of the identity provider are not uuids: this is false for every user and every row.",
        ],
        inBody(through, uuidFix(inquiry, relation, written)),
      );
    case "subselect-hidden":
      return make(
        "policies.subselect-hidden",
        `${named} reads ${listed(cause.tables)}, whose own policies hide the rows it looks for`,
        [
          ...noted(cause.note),
          `Without row security on ${listed(cause.tables)} this part is true. A sub-select in a policy runs as the same role, under the other table's policies.`,
        ],
        {
          text: `Give ${inquiry.grantee()} a SELECT policy on ${listed(cause.tables)} for the rows that the sub-select needs${insteadOf(inquiry, through)}.`,
        },
      );
    case "definer-owner":
      return make(
        "policies.definer-owner",
        `${own} calls ${cause.function}, which runs as ${cause.owner} and is under row security all the same`,
        [
          `If row security did not hold for ${cause.owner}, this part would be true. FORCE ROW LEVEL SECURITY, which v2 sets at every push, holds for owners too.`,
        ],
        {
          text: `Give ${cause.owner} a SELECT policy on ${listed(cause.tables)}, so that the function sees the rows it chooses from; requests run as another role.`,
          sql: cause.tables.map((table) => ownerPolicy(table, cause.owner)).join("\n"),
        },
      );
    case "error":
      return make(
        cause.failure.sqlState === "22P02" && /uuid/.test(cause.failure.message)
          ? "policies.uuid-cast"
          : "policies.error",
        `${named} raises ${cause.failure.sqlState} (${cause.failure.message})`,
        [
          ...noted(cause.note),
          ...cause.claims.filter((name) => name !== "sub").map((name) => claimSeen(inquiry, name)),
        ],
        inBody(through, errorFix(inquiry, relation, { ...cause, part: written }, policy)),
      );
  }
}

const unique = (lines: readonly string[]): string[] => [...new Set(lines)];

const claimSeen = (inquiry: Inquiry, name: string): string =>
  `SQL saw ${name} = ${inquiry.value(inquiry.claims.seen?.[name] ?? null)} in request.jwt.claims.`;

/** A function can look for whoever calls it, so that nobody has to see what it looks at. */
function insteadOf({ trace }: Inquiry, through: Found["through"]): string {
  const body = through.at(-1)?.body;
  if (body === undefined || body.definer) return "";
  const forced = trace.mode === "v2" ? ", and give its owner a SELECT policy there," : "";
  return `, or make ${body.function} SECURITY DEFINER${forced} so that users need not see them`;
}

/** A function that sees nothing gives the same to everybody, so whether this row is meant to pass cannot be told before. */
function blindFix(bodies: readonly CalledBody[]): Fix | undefined {
  const found = bodies.find(({ blind = [] }) => blind.length > 0);
  if (found === undefined) return undefined;
  const { function: signature, runsAs, blind = [] } = found;
  return {
    text: `First give ${runsAs} a SELECT policy on ${listed(blind)}: as it is, ${signature} finds nothing for anybody.`,
    sql: blind.map((table) => ownerPolicy(table, runsAs)).join("\n"),
  };
}

/** The call of a function that consists of a query, whose value is compared. */
const lookingUp = (part: Part | undefined): string | undefined =>
  part?.calls?.find((body) => readsIn(body.part ?? undefined))?.call;

const readsIn = (part: Part | undefined): boolean => part !== undefined && /\bselect\b[\s\S]*\bfrom\b/i.test(part.text);

/** What mends a policy's text has to be done in the function where the text stands there. */
function inBody(through: Found["through"], { text, sql }: Fix): Fix {
  const body = through.at(-1)?.body;
  if (body === undefined) return { text, ...(sql === undefined ? {} : { sql }) };
  return { text: `In the body of ${body.function}: ${text.charAt(0).toLowerCase()}${text.slice(1)}` };
}

/** Without what a parameter is that was told already. */
function untold(part: Part, through: Found["through"]): Part {
  const told = through.at(-1)?.body.arguments ?? [];
  return { ...part, operands: part.operands.filter(({ text }) => !told.some((one) => one.text === text)) };
}

/** Of tables as the function's body writes them. */
const ownerPolicy = (table: string, owner: string): string =>
  `CREATE POLICY ${quoteName(`${table.split(".").at(-1)}_owner`)} ON ${table} FOR SELECT TO ${quoteName(owner)} USING (true);`;

function plainFix({ trace }: Inquiry, part: Part | undefined): Fix | undefined {
  if (part === undefined) return undefined;
  return asksForRole(trace.mode, part) ? ROLE_FIX : (nullFix(part) ?? settingFix(part));
}

const noted = (note: string | undefined): string[] => (note === undefined ? [] : [`${capital(note)}.`]);

/** `policy "x" wants owner_id = auth.uid(), and owner_id is 'b' while auth.uid() is 'a'`. */
function plainReason(inquiry: Inquiry, named: string, part: Part | undefined): string {
  if (part === undefined) return `${named} is not true for these values`;
  const wants = `${named} wants ${tidy(part.text)}`;
  const [negated] = part.parts;
  if (part.operator === "not" && negated !== undefined)
    return `${wants}, and ${tidy(negated.text)} is ${negated.value === "null" ? "NULL" : negated.value}`;
  const sides = part.operands.map(({ text, value }) => showOperand(text, value, inquiry.context.users));
  if (sides.length === 0 || sides.length > 2)
    return `${wants}, and it is ${part.value === "null" ? "NULL" : part.value}`;
  return `${wants}, and ${sides.join(" while ")}`;
}
