import { describe, expect, it } from "vitest";
import type { AuthResult } from "../../../../src/postgrest/auth/types.ts";
import type { EngineConfig } from "../../../../src/postgrest/config/types.ts";
import { dialects } from "../../../../src/postgrest/dialect.ts";
import type { ActionPlan } from "../../../../src/postgrest/plan/types.ts";
import type { ApiRequest } from "../../../../src/postgrest/request/types.ts";
import { preQueries } from "../../../../src/postgrest/sql/pre-query.ts";
import type { Statement } from "../../../../src/postgrest/sql/snippet.ts";

const request = {
  schema: "api",
  method: "GET",
  path: "/items",
  headers: [
    ["accept", "text/csv"],
    ["x-twice", "first"],
    ["x-twice", "second"],
    ["x-odd", '"\u0001\f\b\t'],
  ],
  cookies: [["a", "b"]],
  preferences: { timezone: null },
} as unknown as ApiRequest;
const config = {
  dbExtraSearchPath: ["public", 'odd"one'],
  dbPreRequest: null,
  appSettings: [["app.settings.x", "1"]],
  roleSettings: new Map([["web", [["statement_timeout", "5s"]]]]),
} as unknown as EngineConfig;
const auth: AuthResult = { role: "web", claims: { role: "web" }, claimsJson: '{"role":"web"}', authenticated: true };
const read = { kind: "read" } as ActionPlan;
const call = {
  kind: "call",
  routine: {
    settings: [
      ["statement_timeout", "1s"],
      ["work_mem", "1MB"],
    ],
  },
} as unknown as ActionPlan;

/** Pairs of name and value, in the order set. */
function settings(statement: Statement | undefined): [name: string, value: unknown][] {
  const calls = [...(statement?.text ?? "").matchAll(/set_config\((?:'([^']+)'|\$(\d+)), \$(\d+), true\)/g)];
  return calls.map(([, name, nameAt, valueAt]) => [
    name ?? String(statement?.values[Number(nameAt) - 1]),
    statement?.values[Number(valueAt) - 1],
  ]);
}

describe("settings of a transaction", () => {
  it("come in PostgREST's order, the role after its settings", () => {
    const [first] = preQueries(read, config, dialects["12.2"], auth, request);
    expect(settings(first)).toEqual([
      ["search_path", '"api", "public", "odd""one"'],
      ["statement_timeout", "5s"],
      ["role", "web"],
      ["request.jwt.claims", '{"role":"web"}'],
      ["request.method", "GET"],
      ["request.path", "/items"],
      ["request.headers", expect.any(String)],
      ["request.cookies", '{"a":"b"}'],
      ["app.settings.x", "1"],
    ]);
  });

  it("show headers as one JSON object, the last of a name", () => {
    const [first] = preQueries(read, config, dialects["12.2"], auth, request);
    const headers = settings(first).find(([name]) => name === "request.headers")?.[1];
    expect(headers).toBe('{"accept":"text/csv","x-twice":"second","x-odd":"\\"\\u0001\\u000c\\u0008\\t"}');
  });

  it("take the time zone asked for, then what the function hoists", () => {
    const asked = { ...request, preferences: { ...request.preferences, timezone: "Europe/Oslo" } };
    const named = settings(preQueries(call, config, dialects["12.2"], auth, asked)[0]);
    expect(named.slice(-4)).toEqual([
      ["timezone", "Europe/Oslo"],
      ["statement_timeout", "1s"],
      ["work_mem", "1MB"],
      ["app.settings.x", "1"],
    ]);
  });

  it("hoist only the statement timeout on 12.0", () => {
    const named = settings(preQueries(call, config, dialects["12.0"], auth, request)[0]);
    expect(named.slice(-2)).toEqual([
      ["statement_timeout", "1s"],
      ["app.settings.x", "1"],
    ]);
  });

  it("keep one statement text for one shape of request", () => {
    const other = { ...request, path: "/other", headers: [["x", "y"]] } as unknown as ApiRequest;
    const texts = [request, other].map((one) => preQueries(read, config, dialects["12.2"], auth, one)[0]?.text);
    expect(texts[0]).toBe(texts[1]);
  });
});

it("calls the pre-request function after the settings", () => {
  const withHook = { ...config, dbPreRequest: { schema: "hooks", name: "check" } };
  expect(preQueries(read, withHook, dialects["12.2"], auth, request)).toHaveLength(2);
  expect(preQueries(read, withHook, dialects["12.2"], auth, request)[1]).toEqual({
    text: 'select "hooks"."check"()',
    values: [],
  });
});
