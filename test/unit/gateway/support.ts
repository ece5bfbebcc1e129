/** One project and a gateway without sockets. */
import { MemoryCatalog } from "../../../src/gateway/catalog.ts";
import { type FaultRequest, Faults } from "../../../src/gateway/faults.ts";
import { createGateway, type Gateway } from "../../../src/gateway/gateway.ts";
import type { LogLine } from "../../../src/gateway/log.ts";
import type { CatalogEntry, GatewayConfig, Upstream } from "../../../src/gateway/types.ts";
import { type HeaderList, type HttpRequest, type HttpResponse, header } from "../../../src/http/message.ts";
import type { ModeName } from "../../../src/project/mode/types.ts";
import { AdjustableClock } from "../../../src/time/clock.ts";
import { type Claims, signJws } from "../../../src/tokens/jws.ts";
import type { Step } from "../../../src/trace/step.ts";

export const SECRET = "c2VjcmV0IHRleHQgb2YgYSBwcm9qZWN0";
export const HOST = "api--notes--1a2b3c4.flux.localhost";

export const project: CatalogEntry = {
  projectId: "0b1c2d3e-4f50-4172-8394-a5b6c7d8e9f0",
  slug: "notes",
  hash: "1a2b3c4",
  mode: "v2_shared",
  jwtSecret: SECRET,
  lifecycle: "active",
  migrationStatus: null,
};

export interface Bench {
  readonly gateway: Gateway;
  readonly catalog: MemoryCatalog;
  readonly clock: AdjustableClock;
  readonly faults: Faults;
  readonly steps: Step[];
  /** Milliseconds, where the layer said them. */
  readonly times: ReadonlyMap<Step, number | undefined>;
  readonly lines: LogLine[];
  readonly notices: string[];
  /** What reached the upstream. */
  readonly received: HttpRequest[];
  get(path: string, headers?: HeaderList, method?: string): Promise<HttpResponse>;
}

export interface BenchOptions {
  readonly mode?: ModeName;
  readonly entry?: Partial<CatalogEntry>;
  readonly config?: Partial<GatewayConfig>;
  readonly upstream?: Upstream;
  readonly fault?: FaultRequest;
}

const answerOk: Upstream = async () => ({ status: 200, headers: [["Content-Type", "application/json"]], body: "[]" });

/** Requests go to the project's flat host unless they name another. */
export function bench({ mode = "v2", entry, config, upstream = answerOk, fault }: BenchOptions = {}): Bench {
  const catalog = new MemoryCatalog();
  catalog.set({ ...project, mode: mode === "v1" ? "v1_dedicated" : "v2_shared", ...entry }, ["notes.example.test"]);
  const clock = new AdjustableClock();
  clock.freeze(1_800_000_000_000);
  const faults = new Faults(clock);
  if (fault !== undefined) faults.start(fault, mode);
  const steps: Step[] = [];
  const times = new Map<Step, number | undefined>();
  const lines: LogLine[] = [];
  const notices: string[] = [];
  const received: HttpRequest[] = [];
  const gateway = createGateway({
    catalog,
    config: { baseDomain: "flux.localhost", poolSecret: "p".repeat(32), strict: true, ...config },
    clock,
    mode: () => mode,
    faults,
    upstream: () => (request, observe) => {
      received.push(request);
      return upstream(request, observe);
    },
    record: () => ({
      observe: (step, ms) => {
        steps.push(step);
        times.set(step, ms);
      },
      finish: () => [],
    }),
    log: (line) => void lines.push(line),
    notice: (text) => void notices.push(text),
  });
  const get: Bench["get"] = (target, headers = [], method = "GET") => {
    const [path, query = ""] = target.split("?") as [string, string?];
    const host = header(headers, "host") === undefined ? [["Host", HOST] as const] : [];
    return gateway.handle({ method, path, query, headers: [...host, ...headers], body: Buffer.alloc(0) });
  };
  return { gateway, catalog, clock, faults, steps, times, lines, notices, received, get };
}

export function bearer(claims: Claims = { sub: "user_1" }, secret: string = SECRET): [string, string] {
  return ["Authorization", `Bearer ${signJws({ alg: "HS256" }, claims, secret)}`];
}

export const message = (response: HttpResponse): unknown => JSON.parse(String(response.body)).error;
