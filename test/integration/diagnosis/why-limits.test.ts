/** Requests that the gateway counts: which of them, and what it says of those that are too many. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Bench, startBench } from "../../support/explain.ts";
import { A, own } from "./held-out/scenario.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench("v2", { rate: { requests: 2, windowSeconds: 60 } });
  await bench.become({
    sql: `create table n (id int primary key, owner text); ${own("n")} grant select on n to authenticated;`,
    seed: `insert into n values (1, '${A}')`,
  });
});
afterAll(() => bench.close());

it("counts what has a token, all users together, whatever becomes of it", async () => {
  expect((await bench.why({ path: "/n" })).codes).toEqual(["token.missing"]);
  expect((await bench.why({ path: "/n", as: "alice" })).codes).toEqual(["ok.rows"]);
  expect((await bench.why({ path: "/nope", as: "bob" })).codes).toEqual(["schema.unknown-table"]);
  const refused = await bench.why({ path: "/n", as: "alice" });
  expect([refused.status, ...refused.codes]).toEqual([429, "limits.rate"]);
  expect(refused.said).toContain("request 3 of 2 in 60 s");
  expect((await bench.why({ path: "/n", as: "alice", expiresIn: -5 })).codes).toEqual(["token.expired"]);
});
