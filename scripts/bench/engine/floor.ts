/**
 * The floor: what Postgres and the driver give when nothing has to be parsed, planned or answered. The statements are those
 * the engine sends for the same request, taken from its trace, and go out on the same connections in the same pipelines.
 */
import { readConfig } from "../../../src/postgrest/config/read.ts";
import { dialects } from "../../../src/postgrest/dialect.ts";
import { createEngine } from "../../../src/postgrest/engine.ts";
import type { IsolationLevel } from "../../../src/postgrest/schema-cache/types.ts";
import { connectionInfo } from "../../../src/postgrest/transaction/conninfo.ts";
import { Pool } from "../../../src/postgrest/transaction/pool.ts";
import {
  runTransaction,
  type TransactionEnd,
  type TransactionRequest,
  type TransactionStatement,
} from "../../../src/postgrest/transaction/run.ts";
import type { Step } from "../../../src/trace/step.ts";
import type { Measurement } from "./measurement.ts";
import { type CallName, calls, engineToken, requestOf } from "./requests.ts";

export interface Floor {
  run(call: CallName, workers: number, seconds: number): Promise<Measurement>;
}

export async function createFloor(env: Readonly<Record<string, string | undefined>>): Promise<Floor> {
  const config = readConfig({ env }, dialects["12.2"]);
  const engine = await createEngine({ config, version: "12.2" });
  const transactions = new Map<string, TransactionRequest>();
  for (const call of Object.keys(calls) as CallName[]) {
    const steps: Step[] = [];
    await engine.handle(requestOf(call, engineToken), (step) => steps.push(step));
    transactions.set(call, sentIn(steps));
  }
  await engine.close();
  const pool = new Pool(connectionInfo(config.dbUri, "floor"), {
    size: config.dbPool,
    acquisitionTimeout: 10,
    maxLifetime: 3600,
    maxIdletime: 3600,
  });
  return {
    run: async (call, workers, seconds) => {
      const transaction = transactions.get(call)!;
      const latencies: number[] = [];
      const start = performance.now();
      const end = start + seconds * 1000;
      const work = async (): Promise<void> => {
        for (let sent = performance.now(); sent < end; ) {
          const { rows, failure } = await runTransaction(pool, transaction);
          if (failure !== null) throw new Error(`The floor's statement failed: ${JSON.stringify(failure)}`);
          // What a driver hands out: the values of the main statement's row.
          rows.at(-1)?.[0]?.values();
          const now = performance.now();
          latencies.push(now - sent);
          sent = now;
        }
      };
      await Promise.all(Array.from({ length: workers }, work));
      return { latencies, seconds: (performance.now() - start) / 1000 };
    },
  };
}

interface Sent {
  readonly isolation: IsolationLevel;
  readonly readOnly: boolean;
  readonly end: TransactionEnd;
  readonly statements: ReadonlyArray<{
    readonly role: TransactionStatement["role"];
    readonly text: string;
    readonly parameters: TransactionStatement["parameters"];
  }>;
}

function sentIn(steps: readonly Step[]): TransactionRequest {
  const sent = steps.find(({ layer }) => layer === "statement")!;
  const { isolation, readOnly, end, statements } = sent.evidence as unknown as Sent;
  return {
    settings: { isolation, readOnly },
    statements: statements.map(({ role, text, parameters }) => ({
      role,
      text,
      parameters,
      format: role === "main" ? "binary" : "text",
    })),
    end,
    prepared: true,
  };
}
