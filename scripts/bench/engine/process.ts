/** The process that is measured, so that it shares no event loop with the load: the engine, the gateway, a bare server, or the floor. */

import { MemoryCatalog } from "../../../src/gateway/catalog.ts";
import { createGateway } from "../../../src/gateway/gateway.ts";
import { listenGateway } from "../../../src/gateway/server.ts";
import { readConfig } from "../../../src/postgrest/config/read.ts";
import { dialects } from "../../../src/postgrest/dialect.ts";
import { createEngine } from "../../../src/postgrest/engine.ts";
import { startPostgrestServer } from "../../../src/postgrest/server/start.ts";
import { Logbook } from "../../../src/stack/logbook.ts";
import { recorder } from "../../../src/stack/recording.ts";
import { systemClock } from "../../../src/time/clock.ts";
import { TraceRing } from "../../../src/trace/ring.ts";
import { startBareHttp } from "./bare-http.ts";
import { projectId } from "./database.ts";
import { createFloor, type Floor } from "./floor.ts";
import type { Measurement } from "./measurement.ts";
import { type CallName, poolSecret, projectSecret } from "./requests.ts";

/** `gateway` is composed as `flux-dev up` does it; `untraced` is the same without the trace, its fields and its log line. */
export type Role = "floor" | "http" | "engine" | "untraced" | "gateway";

export type Question =
  | { readonly ask: "cpu" }
  | { readonly ask: "floor"; readonly call: CallName; readonly workers: number; readonly seconds: number };

/** `ready` comes once, unasked; the others answer a question. */
export type Reply =
  | { readonly kind: "ready"; readonly port: number }
  /** Seconds of CPU time since the start. */
  | { readonly kind: "cpu"; readonly seconds: number }
  | { readonly kind: "measured"; readonly measurement: Measurement };

const reply = (message: Reply): void => void process.send?.(message);
const config = () => readConfig({ env: process.env }, dialects["12.2"]);

async function startEngineServer(): Promise<number> {
  const { engine, port } = await startPostgrestServer({
    config: config(),
    version: "12.2",
    writeAccess: () => {},
    writeLog: () => {},
    onFatal: () => process.exit(1),
  });
  while (engine.schemaCache === null) await new Promise((resolve) => setTimeout(resolve, 20));
  return port!;
}

/** As `flux-dev up` composes it: the engine in the gateway's process. */
async function startGateway(traced: boolean): Promise<number> {
  const engine = await createEngine({ config: config(), version: "12.2" });
  const catalog = new MemoryCatalog();
  catalog.set({
    projectId,
    slug: "bench",
    hash: "0123456",
    mode: "v2_shared",
    jwtSecret: projectSecret,
    lifecycle: "active",
    migrationStatus: null,
  });
  catalog.setLocal(projectId);
  const gateway = createGateway({
    catalog,
    config: { baseDomain: "localhost", poolSecret },
    clock: systemClock,
    mode: () => "v2",
    upstream: () => (request, observe) => engine.handle(request, traced ? observe : undefined),
    ...(traced ? { record: recorder(new TraceRing(), new Logbook("/dev/null"), false) } : {}),
  });
  return (await listenGateway(gateway, { port: 0 })).port;
}

let floor: Floor | undefined;
process.on("message", async (question: Question) => {
  if (question.ask === "cpu") {
    const { user, system } = process.cpuUsage();
    reply({ kind: "cpu", seconds: (user + system) / 1e6 });
    return;
  }
  reply({ kind: "measured", measurement: await floor!.run(question.call, question.workers, question.seconds) });
});
process.on("disconnect", () => process.exit());

const role = process.argv[2] as Role;
if (role === "floor") floor = await createFloor(process.env);

const start: Readonly<Record<Role, () => Promise<number>>> = {
  floor: async () => 0,
  http: () => startBareHttp(process.env),
  engine: startEngineServer,
  untraced: () => startGateway(false),
  gateway: () => startGateway(true),
};
reply({ kind: "ready", port: await start[role]() });
