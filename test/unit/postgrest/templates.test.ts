import { expect, it } from "vitest";
import type { AuthResult } from "../../../src/postgrest/auth/types.ts";
import { readConfig } from "../../../src/postgrest/config/read.ts";
import { dialects } from "../../../src/postgrest/dialect.ts";
import { Planner } from "../../../src/postgrest/planner.ts";
import { planStep, requestStep } from "../../../src/postgrest/trace-steps.ts";
import { PlannedQuery } from "../../../src/postgrest/transaction/planned-query.ts";
import { foreignKey, routine, schemaCache, table } from "./plan/support.ts";
import { httpRequest } from "./request/support.ts";

const cache = schemaCache({
  tables: [
    table("items", { id: "integer", name: "text", data: "jsonb", owner_id: "integer" }),
    table("owners", { id: "integer", name: "text" }),
  ],
  relationships: foreignKey("items", "owner_id", "owners"),
  routines: [routine("add", [{ name: "a" }, { name: "b" }])],
});
const dialect = dialects["12.2"];
const config = readConfig({ env: { PGRST_DB_SCHEMAS: "api", PGRST_DB_PLAN_ENABLED: "true" } }, dialect);
const auth: AuthResult = { role: "ann", claims: {}, claimsJson: "{}", authenticated: true };

type Asked = NonNullable<Parameters<typeof httpRequest>[1]>;

/** What a planner makes of a request: all of it that shows, in SQL, in the answer and in the trace. */
function madeBy(planner: Planner, line: string, asked: Asked = {}) {
  const read = planner.read(httpRequest(line, asked));
  const planned = planner.plan(read);
  if (!(planned instanceof PlannedQuery)) throw new Error("no SQL");
  const values = read.marked?.values;
  const composed = planned.compose({ config, dialect, auth, request: read.request, values });
  return {
    byTemplate: values !== undefined,
    sent: composed.sent(),
    transaction: composed.transaction().statements,
    canonical: read.request.queryParams.canonical,
    steps: [requestStep(read), planStep(planned.plan, read)].map(({ layer, outcome, code, evidence }) => ({
      layer,
      outcome,
      code,
      evidence,
    })),
  };
}

const plain = (line: string): string => line.replaceAll("$", "0");
const json: Asked["headers"] = [["Content-Type", "application/json"]];

it.each<[line: string, values: readonly (readonly string[])[], asked?: Asked]>([
  ["GET /items?id=eq.$", [["1"], ["2"]]],
  [
    "GET /items?id=not.eq.$&name=neq.$&select=id,name&order=id",
    [
      ["1", "x"],
      ["", "y"],
    ],
  ],
  [
    "GET /items?id=gt.$&id=lte.$&limit=3&offset=4",
    [
      ["1", "2"],
      ["2", "1"],
    ],
  ],
  ["GET /items?name=isdistinct.$", [["null"], ["a.b,c"]]],
  ["GET /items?name=eq.$", [["%C3%A9%20+x"], ["100%"], ["a=b"], ['"q"'], ["(1,2)"], ["eq.5"], ["$1"], ["\\"]]],
  ["GET /items?data->>a=eq.$&select=data->a", [["1"], ["{}"]]],
  [
    "GET /items?name=like.$&name=not.ilike(any).$",
    [
      ["a%25", "{_b}"],
      ["", "x"],
    ],
  ],
  ["GET /items?name=fts.$&name=wfts(english).$", [["a", "b c"]]],
  ["GET /items?data=cs.$&data=cd.$&id=eq(any).$&name=match.$", [['{"a":1}', "[]", "{1,2}", "^a*"]]],
  [
    "GET /items?id=in.($)&name=not.in.($)",
    [
      ["1,2,3", "a"],
      ["4", "%C3%A9,%25,'"],
      ["a.b", "{},$0"],
    ],
  ],
  [
    "GET /items?b=eq.$;a=eq.$&",
    [
      ["2", "1"],
      ["%26", "%3B"],
    ],
  ],
  ["GET /items?select=id,owners(name)&owners.name=eq.$&owners.id=gte.$", [["x", "1"]]],
  ["GET /items?select=id,owners!inner(name)&owners.name=eq.$&or=(id.eq.1,id.eq.2)", [["x"]]],
  ["GET /items?id=eq.$", [["1"]], { headers: [["Prefer", "count=estimated"]] }],
  ["GET /items?id=eq.$", [["1"]], { headers: [["Accept", "application/vnd.pgrst.plan+json"]] }],
  ["HEAD /items?id=eq.$", [["1"]]],
  ["DELETE /items?id=eq.$", [["1"], ["2"]]],
  ["PATCH /items?id=eq.$", [["1"], ["2"]], { headers: json, body: '{"name":"n"}' }],
  ["PUT /items?id=eq.$", [["1"]], { headers: json, body: '{"id":1,"name":"n"}' }],
  ["GET /rpc/add?a=1&b=2&id=eq.$", [["1"], ["x"]]],
  ["POST /rpc/add?id=eq.$", [["1"]], { headers: json, body: '{"a":1,"b":2}' }],
])("makes of %s by a template what it makes without", (line, values, asked) => {
  const planner = new Planner(config, dialect, cache);
  for (let times = 0; times < 2; times += 1) madeBy(planner, plain(line), asked);
  for (const given of values) {
    const rest = [...given];
    const asks = line.replaceAll("$", () => rest.shift()!);
    const made = madeBy(planner, asks, asked);
    expect(made).toEqual({ ...madeBy(new Planner(config, dialect, cache), asks, asked), byTemplate: true });
  }
});

it.each([
  ["a pattern, whose stars become percent signs", "GET /items?name=like.$*"],
  ["a list with quotes, which are no part of its values", 'GET /items?id=in.($,"2")'],
  ["a list with blanks", "GET /items?id=in.(%20$)"],
  ["a list with a piece that is empty", "GET /items?id=in.($,)"],
  ["an empty list", "GET /items?id=in.()"],
  ["a list with something behind", "GET /items?id=in.($)x"],
  ["a logic tree", "GET /items?or=(id.eq.$,id.eq.2)"],
  ["an escaped operator", "GET /items?id=e%71.$"],
  ["an argument that looks like a filter", "GET /rpc/add?a=1&b=x.eq.$"],
  ["what is no query", "OPTIONS /items?id=eq.$"],
])("makes no template for %s", (_, line) => {
  const planner = new Planner(config, dialect, cache);
  for (const value of ["1", "2", "3", "4"])
    expect(planner.read(httpRequest(line.replace("$", value))).marked).toBeUndefined();
});

it("keeps what another template is made of apart: a value elsewhere, other fields, another body", () => {
  const planner = new Planner(config, dialect, cache);
  const fresh = () => new Planner(config, dialect, cache);
  const lines: Array<readonly [line: string, asked?: Asked]> = [
    ["GET /items?id=eq.1&name=in.(2)"],
    ["GET /items?id=eq.1&name=in.(3)"],
    ["GET /items?id=eq.1&name=eq.3"],
    ["GET /items?id=eq.1", { headers: [["Prefer", "count=exact"]] }],
    ["PATCH /items?id=eq.1", { headers: json, body: '{"name":"n"}' }],
    ["PATCH /items?id=eq.2", { headers: json, body: '{"data":"n"}' }],
    ["PATCH /items?id=eq.3", { headers: json, body: '[{"name":"m"}]' }],
    ["PATCH /items?id=eq.4", { headers: [["Content-Type", "application/x-www-form-urlencoded"]], body: "name=x" }],
  ];
  for (let times = 0; times < 4; times += 1) {
    for (const [line, asked] of lines) {
      const asks = line.replace("=eq.", `=eq.${times}`);
      const { byTemplate: _, ...made } = madeBy(planner, asks, asked);
      const { byTemplate: __, ...expected } = madeBy(fresh(), asks, asked);
      expect(made).toEqual(expected);
    }
  }
});

it("refuses in the words of the request", () => {
  const planner = new Planner(config, dialect, cache);
  for (const value of ["1", "2", "3", "4"]) {
    const refused = (line: string) => () => planner.plan(planner.read(httpRequest(line)));
    expect(refused(`GET /items?select=id,ghosts(id)&id=eq.${value}`)).toThrow(/ghosts/);
    expect(refused(`GET /items?id=eq.${value}&name=nope.${value}`)).toThrow(
      expect.objectContaining({ body: expect.objectContaining({ message: expect.stringContaining(`nope.${value}`) }) }),
    );
    expect(refused(`GET /items?id=eq.%ff${value}`)).toThrow();
    expect(refused(`GET /items?id=in.(${value}`)).toThrow(value);
  }
});
