/** Whether a trap's answer is the one that its words expect. Pure. */
import type { TrapAnswer } from "../../src/diagnosis/traps/schema.ts";
import { type HttpResponse, header } from "../../src/http/message.ts";
import { isObject, parseJson } from "../../src/json/json.ts";

/** What is not as expected, one sentence each; `schema` takes the place of `{schema}`. */
export function answerProblems(expected: TrapAnswer, response: HttpResponse, schema: string): string[] {
  const text = response.body.toString();
  const body = parseJson(text);
  const problems: string[] = [];
  const expect = (what: string, wanted: unknown, found: unknown) => {
    if (!holds(wanted, found)) problems.push(`${what} is ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}.`);
  };
  expect("The status", expected.status, response.status);
  if (expected.code !== undefined) expect("The code", expected.code, isObject(body) ? body["code"] : undefined);
  if (expected.rows !== undefined)
    expect("The number of rows", expected.rows, Array.isArray(body) ? body.length : text);
  if (expected.body !== undefined) {
    const wanted: unknown = JSON.parse(JSON.stringify(expected.body).replaceAll("{schema}", schema));
    expect("The body", wanted, body ?? text);
  }
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    expect(`The header ${name}`, value.replaceAll("{schema}", schema), header(response.headers, name));
  }
  return problems;
}

/** Objects are compared by the members that are wanted, everything else as a whole. */
function holds(wanted: unknown, found: unknown): boolean {
  if (Array.isArray(wanted)) {
    return Array.isArray(found) && wanted.length === found.length && wanted.every((one, at) => holds(one, found[at]));
  }
  if (!isObject(wanted)) return wanted === found;
  return isObject(found) && Object.entries(wanted).every(([key, value]) => holds(value, found[key]));
}
