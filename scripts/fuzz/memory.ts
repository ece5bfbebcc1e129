/** What a run leaves behind in memory: here, and in the backends that serve it. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { authorization } from "../conformance/tokens.ts";
import { backendFunction, type World } from "./world.ts";

const MEGABYTE = 1024 * 1024;

export interface Reading {
  readonly request: number;
  /** Megabytes in use after a collection. */
  readonly heap: number;
  readonly rss: number;
  /** The most any backend that answered holds: prepared statements, and megabytes. */
  readonly prepared: number;
  readonly backend: number;
}

function collect(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

export async function readMemory(world: World, request: number): Promise<Reading> {
  const backends = await Promise.all(
    world.engines.flatMap((engine) => Array.from({ length: 4 }, () => askBackend(world, engine))),
  );
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return {
    request,
    heap: (heapUsed + external) / MEGABYTE,
    rss: rss / MEGABYTE,
    prepared: Math.max(...backends.map(({ prepared }) => prepared)),
    backend: Math.max(...backends.map(({ bytes }) => bytes)) / MEGABYTE,
  };
}

async function askBackend(
  { surroundings }: World,
  engine: World["engines"][number],
): Promise<{ prepared: number; bytes: number }> {
  const { schema, roles, jwtSecret } = surroundings;
  const answer = await engine.handle({
    method: "POST",
    path: `/rpc/${backendFunction}`,
    query: "",
    headers: [
      ["Content-Profile", schema],
      ["Authorization", authorization({ claims: { role: roles[0] } }, jwtSecret)],
    ],
    body: Buffer.alloc(0),
  });
  return JSON.parse(String(answer.body)) as { prepared: number; bytes: number };
}

const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Statements a backend keeps when its table is full: below that it may grow, and after a new pool it begins anew. */
const FULL = 480;

/** Sentences on what grows: the last quarter of the readings against the second. The first fills the caches. */
export function growth(readings: readonly Reading[]): string[] {
  const full = readings.filter(({ prepared }) => prepared >= FULL);
  return [...grown("heap", readings), ...grown("backend", full)];
}

function grown(what: "heap" | "backend", readings: readonly Reading[]): string[] {
  if (readings.length < 8) return [];
  const quarter = Math.floor(readings.length / 4);
  const before = middle(readings.slice(quarter, 2 * quarter).map((one) => one[what]));
  const after = middle(readings.slice(-quarter).map((one) => one[what]));
  return after > before * 1.25 + 10 ? [`${what} grows: ${before.toFixed(1)} MB, later ${after.toFixed(1)} MB`] : [];
}

export const readingLine = ({ request, heap, rss, prepared, backend }: Reading): string =>
  `${String(request).padStart(7)} requests · heap ${heap.toFixed(1)} MB · rss ${rss.toFixed(0)} MB · backend ${backend.toFixed(1)} MB, ${prepared} statements prepared`;
