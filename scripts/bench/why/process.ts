/** One process that asks why: `process.js IDLE ROUNDS`, in milliseconds and in explanations after the first. */
import { setTimeout as sleep } from "node:timers/promises";
import { startFlux } from "../../../src/testing/start.ts";

export interface WhyTimes {
  /** Milliseconds. */
  readonly first: number;
  readonly warm: readonly number[];
}

const ROWS = 10_000;
const policies = Array.from(
  { length: 10 },
  (_, index) =>
    `create policy p${index} on events for select to authenticated using (kind = ${index} and exists (
       select from shares s where s.event = events.id and s.reader = auth.uid()) or owner = auth.uid() || '${index}');`,
);

const [idle = "0", rounds = "20"] = process.argv.slice(2);
const flux = await startFlux({
  project: {
    migrations: `create table events (id int primary key, owner text, kind int, body text);
      create table shares (event int, reader text, primary key (event, reader));
      alter table events enable row level security; alter table shares enable row level security;
      create policy own on shares using (reader = auth.uid());
      ${policies.join("\n")}
      grant select on events, shares to authenticated;`,
  },
  mode: "v2",
});
const schema = flux.stack.info().apiSchema;
await flux.stack.withDatabase((client) =>
  client.query(
    `insert into ${schema}.events select n, 'user_' || n, n % 10, 'x' from generate_series(1, ${ROWS}) n; analyze ${schema}.events`,
  ),
);
const answer = await flux.as("alice").get("/events?kind=gte.1");
await sleep(Number(idle));

const ask = async (): Promise<number> => {
  const started = performance.now();
  const { code } = await flux.why(answer);
  if (code !== "policies.hidden") throw new Error(`The diagnosis is ${code}.`);
  return performance.now() - started;
};
const first = await ask();
const warm: number[] = [];
for (let round = 0; round < Number(rounds); round += 1) warm.push(await ask());
await flux.stop();
process.send?.({ first, warm } satisfies WhyTimes);
process.disconnect?.();
