/** How long the engine takes to read the catalog of a large schema, as it does at the start and at every reload. */
import { parseArgs } from "node:util";
import { Client } from "pg";
import { startThrowAwayCluster } from "../../src/postgres/cluster.ts";
import { icuEnglish } from "../../src/postgres/flavour.ts";
import { readConfig } from "../../src/postgrest/config/read.ts";
import { dialects } from "../../src/postgrest/dialect.ts";
import { loadSchemaCache } from "../../src/postgrest/schema-cache/load.ts";
import { summarizeSchemaCache } from "../../src/postgrest/schema-cache/summary.ts";
import { connectionInfo } from "../../src/postgrest/transaction/conninfo.ts";
import { withDatabase } from "../../src/postgrest/transaction/with-database.ts";

export const usage = `npm run bench -- schema-cache [options]
  --tables 500           each with ten columns, and foreign keys to two others
  --views 100            each over two joined tables
  --functions 100        each taking two arguments and returning rows of a table
  --rounds 20            how often the catalog is read, on a connection of its own each time
  --pg URL               read this database instead, the schemas of --schemas
  --schemas api`;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      tables: { type: "string", default: "500" },
      views: { type: "string", default: "100" },
      functions: { type: "string", default: "100" },
      rounds: { type: "string", default: "20" },
      pg: { type: "string" },
      schemas: { type: "string", default: "api" },
    },
  });
  if (values.pg !== undefined) return measure(values.pg, values.schemas, Number(values.rounds));
  const cluster = await startThrowAwayCluster({ flavour: icuEnglish });
  try {
    const size = { tables: Number(values.tables), views: Number(values.views), functions: Number(values.functions) };
    await fill(cluster.url(), size);
    await measure(cluster.url(), "api", Number(values.rounds));
  } finally {
    await cluster.stop();
  }
}

async function measure(url: string, schemas: string, rounds: number): Promise<void> {
  const dialect = dialects["12.2"];
  const config = readConfig({ env: { PGRST_DB_URI: url, PGRST_DB_SCHEMAS: schemas } }, dialect);
  const times: number[] = [];
  let found = "";
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    const cache = await withDatabase(connectionInfo(url, "bench"), (query) => loadSchemaCache(query, config, dialect));
    times.push(performance.now() - start);
    found = summarizeSchemaCache(cache);
  }
  const first = times[0]!;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]!.toFixed(0);
  console.log(`${found}\nfirst ${first.toFixed(0)} ms, median ${at(0.5)} ms, p95 ${at(0.95)} ms of ${rounds} rounds`);
}

async function fill(url: string, size: { tables: number; views: number; functions: number }): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const count = (length: number) => Array.from({ length }, (_, index) => index);
  // A table refers to others made before it, as in a schema that has grown.
  const tables = count(size.tables).map(
    (n) => `create table api.t${n} (
      id bigint generated always as identity primary key, name text not null unique, note varchar(200), price numeric(10, 2),
      tags text[] default '{}', data jsonb, active boolean default true, made timestamptz default now(),
      parent bigint ${n === 0 ? "" : `references api.t${n - 1}`}, other bigint ${n === 0 ? "" : `references api.t${n >> 1}`}
    ); comment on table api.t${n} is 'Number ${n}'`,
  );
  const views = count(size.views).map(
    (n) => `create view api.v${n} as select a.id, a.name, a.parent, b.name as other_name, b.id as other_id
      from api.t${n % size.tables} a left join api.t${(n + 1) % size.tables} b on b.id = a.other`,
  );
  const functions = count(size.functions).map(
    (n) => `create function api.f${n}(search text, amount int default 10) returns setof api.t${n % size.tables}
      stable language sql as 'select * from api.t${n % size.tables} where name = search limit amount'`,
  );
  try {
    await client.query(["create schema api", ...tables, ...views, ...functions].join(";\n"));
    await client.query("analyze");
  } finally {
    await client.end();
  }
}
