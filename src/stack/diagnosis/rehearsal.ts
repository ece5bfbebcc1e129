/** The project asked behind the live gateway's back: same database, same rules, and nothing that a request does remains. */
import { createGateway } from "../../gateway/gateway.ts";
import type { GatewayConfig } from "../../gateway/types.ts";
import type { HttpRequest } from "../../http/message.ts";
import type { Clock } from "../../time/clock.ts";
import { type Trace, TraceRecorder } from "../../trace/trace.ts";
import type { Conditions } from "../conditions.ts";
import type { ProjectState } from "../gateway-config.ts";
import type { LiveMode } from "../live-mode.ts";

export interface Rehearsal {
  /** The trace's response is whole, and has no fields of flux-dev. */
  send(request: HttpRequest): Promise<Trace>;
  close(): Promise<void>;
}

export interface RehearsalParts {
  readonly config: GatewayConfig;
  readonly conditions: Conditions;
  /** Of gateway and PostgREST alike. */
  readonly clock: Clock;
  /** Absent: the one the project is in. */
  readonly projectState?: ProjectState;
}

/** The state of the project holds here as well, unless another is asked for; faults and the rate limit do not. */
export async function openRehearsal(
  live: LiveMode,
  { config, conditions, clock, projectState }: RehearsalParts,
): Promise<Rehearsal> {
  const { mode } = live;
  const postgrest = await live.rehearse(clock);
  const traces = new Map<HttpRequest, Trace>();
  const gateway = createGateway({
    catalog: conditions.catalogFor(mode, projectState),
    config: unlimited(config),
    clock,
    mode: () => mode,
    upstream: () => postgrest.handle,
    record: (request) => {
      const recording = new TraceRecorder();
      return {
        observe: recording.observe,
        finish: (response) => {
          traces.set(request, recording.finish(mode, request, response));
          return [];
        },
      };
    },
  });
  return {
    async send(request) {
      await gateway.handle(request);
      const trace = traces.get(request)!;
      traces.delete(request);
      return trace;
    },
    close: () => postgrest.close(),
  };
}

/** What is asked here is not what the app asks: a matrix of many cells would soon read 429. */
function unlimited({ rateLimit: _, ...config }: GatewayConfig): GatewayConfig {
  return config;
}
