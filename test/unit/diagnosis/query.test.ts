import { expect, it } from "vitest";
import { queryHelp } from "../../../src/diagnosis/requests/query.ts";
import { traceOf } from "./support.ts";

const columns = ["id", "status"];
const help = (kind: string, value: string) =>
  queryHelp(
    traceOf({}),
    { code: "PGRST100", message: `"failed to parse ${kind} (${value})" (line 1, column 1)`, details: null, hint: null },
    columns,
  );

it.each([
  ["filter", "open", "column=eq.open"],
  ["filter", "in.1,2", "column=in.(1,2)"],
  ["filter", "not.in.1", "column=not.in.(1)"],
  ["filter", "equals.5", "column=eq.5"],
  ["filter", "gte", "column=gte.value"],
  ["filter", "is.nul", "column=is.null"],
  ["filter", "eqq.a.b", "column=eq.a.b"],
  ["order", "id.down", "order=column.desc"],
  ["select parameter", "id,a(", "every parenthesis closed"],
  ["logic tree", "(id.eq.1", "in parentheses"],
])("%s %s: %s", (kind, value, fix) => {
  expect(help(kind, value).fix).toContain(fix);
});

it("counts what is not closed", () => {
  expect(help("filter", "in.(a").facts).toEqual(["A parenthesis is not closed."]);
  expect(help("select parameter", "a(b(c").facts).toEqual(["2 parentheses are not closed."]);
});
