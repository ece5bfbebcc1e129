/** The path of `jwt-role-claim-key`: `.roles[0]`, `."https://example.com/role".name`. */
import { showChar, showString } from "../haskell.ts";
import type { JsPathStep } from "./types.ts";

const KEY = "attribute name [a..z0..9_$@])";
const INDEX = "array index [0..n]";
const PERIOD = "period (.)";
const END = "end of input";

/**
 * `.` alone is the empty path. A key takes one index at most. Throws an Error whose message names the place and what would
 * have been right, worded as PostgREST's parser words it.
 */
export function parseJsPath(text: string): JsPathStep[] {
  const steps: JsPathStep[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at += match[0].length;
    return match;
  };
  const fail = (...expected: string[]): never => {
    const char = [...text.slice(at)][0];
    const found = char === undefined ? END : expected.includes(END) ? showChar(char) : showString(char);
    const last = expected.pop() ?? "";
    const list = expected.length > 0 ? `${expected.join(", ")} or ${last}` : last;
    throw new Error(
      `"failed to parse role-claim-key value (${text})" (line 1, column ${[...text.slice(0, at)].length + 1}):\n` +
        `unexpected ${found}\nexpecting ${list}`,
    );
  };

  if (take(/\./y) === null) fail(PERIOD);
  if (at === text.length) return steps;
  for (;;) {
    const bare = take(/[\p{L}\p{N}_$@]+/uy);
    if (bare !== null) steps.push({ kind: "key", key: bare[0] });
    else if (take(/"/y) !== null) {
      steps.push({ kind: "key", key: take(/[^"]*/y)?.[0] ?? "" });
      if (take(/"/y) === null) fail('"\\""');
    } else fail(KEY, ...(steps.length === 0 ? [END] : []));
    const indexed = take(/\[/y) !== null;
    if (indexed) {
      const digits = take(/\d+/y)?.[0] ?? fail("digit");
      if (take(/\]/y) === null) fail("digit", '"]"');
      steps.push({ kind: "index", index: Number(digits) });
    }
    if (at === text.length) return steps;
    const before = indexed ? [] : bare !== null ? ["letter or digit", INDEX] : [INDEX];
    if (take(/\./y) === null) fail(...before, PERIOD, END);
  }
}

/** The path as `--dump-config` prints it; reads back as the same path. */
export const dumpJsPath = (path: readonly JsPathStep[]): string =>
  path.map((step) => (step.kind === "key" ? `.${showString(step.key)}` : `[${step.index}]`)).join("");
