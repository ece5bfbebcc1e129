/** What a test may claim about access, checked against the answer and its diagnosis. */
import type { DiagnosisCode } from "../../diagnosis/codes.ts";
import type { Diagnosis } from "../../diagnosis/types.ts";
import { plural } from "../../diagnosis/words.ts";
import { type Answer, answerOf, complaintIn, rowsIn } from "./answer.ts";
import { containsName, mentions } from "./mentions.ts";

/** Serves vitest's and Playwright's `expect.extend` alike. */
export interface Verdict {
  readonly pass: boolean;
  /** What is said when the test fails: after `pass`, because it was negated. */
  message(): string;
}

/** Kinds of refusal by their everyday names, or the code of one. */
export type DeniedBy = "grant" | "policy" | "token" | "role" | "schema" | "limits" | DiagnosisCode;

const kinds: Readonly<Record<string, RegExp>> = {
  // v1 runs strangers as anon; what stops them is a GRANT that anon lacks.
  grant: /^grants\.|^role\.anonymous$/,
  policy: /^policies\./,
  token: /^token\./,
  role: /^role\./,
  schema: /^schema\./,
  limits: /^limits\./,
};

/**
 * The claims, each with the answer first. `negated` tells which outcome ends the test: only that one is explained, since a
 * diagnosis asks the database.
 */
export interface Claims {
  /** A 2xx answer with that many rows; without a number, with any. */
  toSeeRows(received: unknown, negated: boolean, count?: number): Promise<Verdict>;
  /** An answer of 400 or more whose cause is of that kind. `name`: the table, policy or function that decided. */
  toBeDeniedBy(received: unknown, negated: boolean, by: DeniedBy, name?: string): Promise<Verdict>;
  /**
   * Rows exist and match the request, and policies keep them from it: `[]`, a write of 0 rows, or 406 for a single one.
   * `policy`: one of those that did not let them through.
   */
  toBeHiddenByPolicy(received: unknown, negated: boolean, policy?: string): Promise<Verdict>;
  /** 401. `reason`: what stands after `token.` in the diagnosis: `expired`, `signature`, `missing` and so on. */
  toBeUnauthorized(received: unknown, negated: boolean, reason?: string): Promise<Verdict>;
}

export const claims: Claims = {
  async toSeeRows(received, negated, count) {
    const answer = answerOf(received);
    const rows = isOk(answer) ? rowsIn(answer) : undefined;
    const pass = rows !== undefined && (count === undefined ? rows > 0 : rows === count);
    return verdict(answer, pass, negated, count === undefined ? "see rows" : `see ${plural(count, "row")}`);
  },

  async toBeDeniedBy(received, negated, by, name) {
    const answer = answerOf(received);
    const expected = `be denied by ${name === undefined ? by : `${by} (${name})`}`;
    if (answer.status < 400) return verdict(answer, false, negated, expected);
    const diagnosis = await answer.explain();
    const kind = Object.hasOwn(kinds, by) ? kinds[by]!.test(diagnosis.code) : diagnosis.code === by;
    const named = name === undefined || containsName(complaintIn(answer), name) || mentions(diagnosis, name);
    return verdict(answer, kind && named, negated, expected, diagnosis);
  },

  async toBeHiddenByPolicy(received, negated, policy) {
    const answer = answerOf(received);
    const expected = `be hidden by ${policy === undefined ? "a policy" : `the policy ${policy}`}`;
    if (!isOk(answer) && answer.status !== 406) return verdict(answer, false, negated, expected);
    const diagnosis = await answer.explain();
    const pass = kinds["policy"]!.test(diagnosis.code) && (policy === undefined || mentions(diagnosis, policy));
    return verdict(answer, pass, negated, expected, diagnosis);
  },

  async toBeUnauthorized(received, negated, reason) {
    const answer = answerOf(received);
    const expected = `be unauthorized${reason === undefined ? "" : ` (${reason})`}`;
    if (answer.status !== 401 || reason === undefined) {
      return verdict(answer, answer.status === 401, negated, expected);
    }
    const diagnosis = await answer.explain();
    const pass = diagnosis.code === reason || diagnosis.code.endsWith(`.${reason}`);
    return verdict(answer, pass, negated, expected, diagnosis);
  },
};

const isOk = ({ status }: Answer): boolean => status >= 200 && status < 300;

async function verdict(
  answer: Answer,
  pass: boolean,
  negated: boolean,
  expected: string,
  known?: Diagnosis,
): Promise<Verdict> {
  if (pass !== negated) return { pass, message: () => "" };
  const reason = await (known === undefined ? explained(answer) : rendered(known));
  const claim = `${answer.request} was expected${negated ? " not" : ""} to ${expected}`;
  return { pass, message: () => `${claim}; it answered ${answer.status}.\n\n${reason}` };
}

/** The claim has failed by itself; that it cannot be explained must not hide that. */
function explained(answer: Answer): Promise<string> {
  return answer.explain().then(rendered, (error: Error) => `(It could not be explained: ${error.message})`);
}

async function rendered(diagnosis: Diagnosis): Promise<string> {
  const { renderDiagnosis } = await import("../../diagnosis/render.ts");
  return renderDiagnosis(diagnosis);
}
