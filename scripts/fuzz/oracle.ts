/** Judges one answer. What PostgREST would not do either is a finding. */
import type { HttpRequest } from "../../src/http/message.ts";
import type { RawAnswer } from "../conformance/answers.ts";
import { excuse } from "./expected.ts";
import { strayText } from "./statement-text.ts";

/** Statements as they went to Postgres. */
export interface SentStatement {
  readonly role: string;
  readonly text: string;
  readonly parameters: readonly unknown[];
}

export type Observed =
  | {
      readonly kind: "answer";
      readonly answer: Pick<RawAnswer, "status" | "body">;
      readonly sent: readonly SentStatement[];
    }
  /** No answer within the limit. */
  | { readonly kind: "silence"; readonly milliseconds: number }
  /** The engine threw, which it promises not to. */
  | { readonly kind: "thrown"; readonly error: unknown };

export interface Verdict {
  readonly problems: readonly string[];
  /** Why an answer that looks bad is right. */
  readonly excused: string | null;
}

export function judge(request: HttpRequest, observed: Observed): Verdict {
  if (observed.kind === "silence") {
    return { problems: [`no answer within ${observed.milliseconds} ms`], excused: null };
  }
  if (observed.kind === "thrown") return { problems: [`thrown: ${describe(observed.error)}`], excused: null };
  const { answer, sent } = observed;
  const problems = sent.flatMap(({ role, text }) => strayText(text).map((problem) => `${role}: ${problem}`));
  const sql = sent.find(({ role }) => role === "main")?.text ?? "";
  const { code, message } = readError(answer);
  const reason = excuse({ status: answer.status, code, message, sql }, request);
  if (reason === undefined) problems.push(`${answer.status} ${code} ${message}`.slice(0, 300));
  return { problems, excused: reason === undefined || reason === "" ? null : reason };
}

/** A body that is no error of PostgREST's is its own code. */
function readError({ status, body }: Pick<RawAnswer, "status" | "body">): { code: string; message: string } {
  if (status < 400) return { code: "", message: "" };
  const text = body.toString("utf8");
  try {
    const error: unknown = JSON.parse(text);
    if (typeof error === "object" && error !== null && "code" in error) {
      return { code: String(error.code), message: "message" in error ? String(error.message) : "" };
    }
  } catch {
    // Plain text, or none.
  }
  return { code: text.slice(0, 100), message: "" };
}

export const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
