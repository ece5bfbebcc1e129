/** Answers that look like faults of the engine, and are what PostgREST gives as well. Each with its reason. */
import type { HttpRequest } from "../../src/http/message.ts";

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** SQL text of the main statement, empty when none was sent. */
  readonly sql: string;
}

interface Expected {
  readonly reason: string;
  when(refusal: Refusal, request: HttpRequest): boolean;
}

const expected: readonly Expected[] = [
  {
    reason: "the web server's own 500: a name, a value or a header that is not UTF-8 where text is needed",
    when: ({ status, code }) => status === 500 && code === "Something went wrong",
  },
  {
    reason: "HEAD over a socket, without the body that would tell; in process the same kind of request is judged by it",
    when: ({ status, code }, { method }) => method === "HEAD" && status === 500 && code === "",
  },
  {
    reason: "a function of the corpus raises whatever SQLSTATE, status or headers its argument says",
    when: (_, { path }) => /\/(fail_|set_|bump_|assert_fails)/.test(path),
  },
  {
    reason: "statement_timeout: Postgres is slow on some joins of many embeds, whoever asks",
    when: ({ code }) => code === "57014",
  },
  { reason: "two requests at a time wait for each other's rows", when: ({ code }) => code === "40P01" },
  {
    reason: "class 54, a statement beyond Postgres' limits: too many columns, nested too deep",
    when: ({ code }) => code.startsWith("54"),
  },
  {
    reason: "55000: a view that cannot be written to",
    when: ({ code, message }) => code === "55000" && /^cannot (insert into|update|delete from) view/.test(message),
  },
  {
    reason: "42601 from the type of a text search: the value is none",
    when: ({ code, message }) =>
      code === "42601" &&
      /^(?:(?:syntax error|no operand|wrong position info) in ts(?:query|vector)|there is no escaped character:)/.test(
        message,
      ),
  },
  {
    reason: "an empty name, or one cut at a NUL, is quoted like any other",
    when: ({ code, message }) => code === "42601" && message.startsWith("zero-length delimited identifier"),
  },
  {
    reason:
      "Content-Location with the NUL at which a relation's name is cut: PostgREST writes it out, and breaks the answer",
    when: ({ code, message }) => code === "PGRSTX00" && message.startsWith('The response header "Content-Location"'),
  },
  {
    reason: "a subquery or an upsert meets several rows: 21000 is 500 in 12.2",
    when: ({ code }) => code === "21000",
  },
  {
    reason: "a cast to what is no type's name, or holds `$`: the type stands bare in the statement",
    when: ({ code, sql }) => code === "42601" && / AS [\p{L}\d_ $]+ \)/u.test(sql),
  },
  {
    reason: "a spread of nothing leaves an empty item in the list of columns",
    when: ({ code, sql }) => code === "42601" && /SELECT ,|, ,|, +FROM|SELECT +FROM/.test(sql),
  },
  {
    reason: "the parser of Postgres ends at 10,000 open constructs",
    when: ({ code, message }) => code === "42601" && message.startsWith("memory exhausted"),
  },
];

/** Codes that say the statement itself was malformed, or the conversation with Postgres. */
const suspicious = new Set(["42601", "42P02", "42P05", "42P18", "26000", "34000", "08P01"]);

/** Why the refusal is no finding: "" when nothing is odd about it, undefined when it is a finding. */
export function excuse(refusal: Refusal, request: HttpRequest): string | undefined {
  const { status, code } = refusal;
  if (status < 500 && !suspicious.has(code) && !code.startsWith("XX")) return "";
  return expected.find(({ when }) => when(refusal, request))?.reason;
}
