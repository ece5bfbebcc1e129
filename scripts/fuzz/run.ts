/** The run: makes requests by their numbers, puts them to the engines, asks the oracle, watches what is left behind. */
import type { HttpRequest } from "../../src/http/message.ts";
import type { Engine } from "../../src/postgrest/engine.ts";
import { listenHttp } from "../../src/postgrest/server/http-server.ts";
import { alike, unlikeAfresh } from "./alike.ts";
import { deepRequest } from "./deep.ts";
import { Findings } from "./findings.ts";
import { growth, type Reading, readingLine, readMemory } from "./memory.ts";
import { mutatedRequest, randomRequest } from "./mutate.ts";
import { describe, judge, type Observed, type SentStatement, type Verdict } from "./oracle.ts";
import { Random } from "./random.ts";
import { grammarRequest } from "./requests.ts";
import { exchange, rawPieces } from "./socket.ts";
import type { Surroundings } from "./surroundings.ts";
import { Tally } from "./tally.ts";
import { watchEventLoop } from "./watchdog.ts";
import type { World } from "./world.ts";

export interface FuzzOptions {
  readonly world: World;
  readonly seed: number;
  /** Numbers of the first request and of the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds for one answer: more than the statement timeout of two seconds, several times over. */
  readonly limit: number;
  /** null: nothing is said, and no smaller request with the same fault is looked for. */
  readonly print: ((line: string) => void) | null;
  /** Puts something between the oracle and an engine; for proving that the oracle sees. */
  readonly tamper?: (handle: Engine["handle"]) => Engine["handle"];
}

export interface FuzzReport {
  readonly findings: readonly string[];
  readonly tally: Tally;
  readonly readings: readonly Reading[];
}

const AT_A_TIME = 8;

type Kind = "grammar" | "recorded" | "random" | "deep" | "socket";

/** Which kind of request a number stands for. */
function kindOf(random: Random): Kind {
  const chance = random.next();
  if (chance < 0.5) return "grammar";
  if (chance < 0.92) return "recorded";
  if (chance < 0.96) return "random";
  return chance < 0.961 ? "deep" : "socket";
}

function makeRequest(random: Random, kind: Kind, around: Surroundings): HttpRequest {
  switch (kind) {
    case "recorded":
      return mutatedRequest(random, around);
    case "random":
      return randomRequest(random, around);
    case "deep":
      return deepRequest(random, around);
    default:
      return grammarRequest(random, around);
  }
}

export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { world, seed, from, to, limit, print, tamper = (handle) => handle } = options;
  const { version } = world;
  const tally = new Tally();
  const findings = new Findings(
    print,
    (number) => `npm run fuzz -- --version ${version} --seed ${seed} --only ${number}`,
  );
  const onCrash = (error: unknown): void => findings.add(current, `unhandled: ${describe(error)}`);
  process.on("uncaughtException", onCrash).on("unhandledRejection", onCrash);
  const watchdog = watchEventLoop(60_000, `--version ${version} --seed ${seed}`);
  const handles = world.engines.map((engine) => tamper((request, observe) => engine.handle(request, observe)));
  const listening = await listenHttp(
    { ...world.engines[1]!.config, serverHost: "127.0.0.1", serverPort: 0 },
    { answer: (request) => world.engines[1]!.handle(request), logAccess: () => {} },
  );
  const readings: Reading[] = [];
  const interval = Math.max(500, Math.ceil((to - from) / 20));
  let current = from;

  async function one(number: number): Promise<void> {
    watchdog.beat(number);
    const random = new Random(seed, number);
    const kind = kindOf(random);
    const request = makeRequest(random, kind, world.surroundings);
    if (kind === "socket") {
      const { answers, timedOut } = await exchange(listening.port, rawPieces(random, request), limit);
      tally.add(kind, answers[0]?.status ?? null);
      if (timedOut) findings.add(number, "socket: no end of the answer", request);
      for (const answer of answers) {
        const verdict = judge(request, { kind: "answer", answer, sent: [] });
        report(
          number,
          request,
          verdict.problems.length === 0 ? verdict : await inProcess(request, answer.status, verdict),
        );
      }
      return;
    }
    const handle = handles[number % handles.length]!;
    for (const other of alike(random, request)) await observe(handle, other, limit);
    const observed = await observe(handle, request, limit);
    if (observed.kind === "answer") {
      const engine = world.engines[number % handles.length]!;
      const problems = unlikeAfresh(engine, version, request, observed.sent);
      report(number, request, { problems, excused: null });
    }
    tally.add(kind, observed.kind === "answer" ? observed.answer.status : null);
    report(number, request, judge(request, observed), async (smaller) =>
      judge(smaller, await observe(handle, smaller, limit)),
    );
  }

  /** Some excuses ask for the statement, which does not come over a socket: the same answer in process shows it. */
  async function inProcess(request: HttpRequest, status: number, verdict: Verdict): Promise<Verdict> {
    const observed = await observe(handles[1]!, request, limit);
    return observed.kind === "answer" && observed.answer.status === status ? judge(request, observed) : verdict;
  }

  function report(
    number: number,
    request: HttpRequest,
    verdict: Verdict,
    again?: (smaller: HttpRequest) => Promise<Verdict>,
  ): void {
    if (verdict.excused !== null) tally.excuse(verdict.excused);
    for (const problem of verdict.problems) findings.add(number, problem, request, again);
  }

  try {
    while (current < to) {
      const end = Math.min(to, current + interval);
      const work = async (): Promise<void> => {
        while (current < end) await one(current++);
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, work));
      if (to - from < 100) break;
      const reading = await readMemory(world, current - from);
      readings.push(reading);
      print?.(readingLine(reading));
    }
    for (const problem of [...growth(readings), ...(await leftBehind(world))]) findings.add(to, problem);
    await findings.settled();
  } finally {
    process.off("uncaughtException", onCrash).off("unhandledRejection", onCrash);
    await listening.close();
    await watchdog.stop();
  }
  return { findings: findings.summary(), tally, readings };
}

async function observe(handle: Engine["handle"], request: HttpRequest, limit: number): Promise<Observed> {
  const sent: SentStatement[] = [];
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<Observed>((resolve) => {
    timer = setTimeout(() => resolve({ kind: "silence", milliseconds: limit }), limit);
  });
  try {
    const answered = handle(request, ({ code, evidence }) => {
      if (code === "statement.sent") sent.push(...(evidence["statements"] as readonly SentStatement[]));
    }).then(({ status, body }): Observed => ({ kind: "answer", answer: { status, body: Buffer.from(body) }, sent }));
    return await Promise.race([answered, silence]);
  } catch (error) {
    return { kind: "thrown", error };
  } finally {
    clearTimeout(timer);
  }
}

/** Connections that are not idle, requests that still wait. */
async function leftBehind({ engines, query }: World): Promise<string[]> {
  const deadline = Date.now() + 3000;
  for (;;) {
    const busy = await query(
      `select state, query from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
          and application_name like 'PostgREST%' and state is distinct from 'idle'`,
    );
    const waiting = engines.reduce((sum, { poolStats }) => sum + poolStats.waiting, 0);
    if (busy.length === 0 && waiting === 0) return [];
    if (Date.now() > deadline) return [`left behind: ${waiting} waiting requests, connections ${JSON.stringify(busy)}`];
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
