/** Everything a gateway is made of, and what it tells its maker: steps, log lines, notices. */
import type { HeaderList, HttpRequest, HttpResponse } from "../http/message.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { Clock } from "../time/clock.ts";
import type { Observe } from "../trace/step.ts";
import type { Faults } from "./faults.ts";
import type { LogLine } from "./log.ts";
import type { Catalog, GatewayConfig, RemoteUpstream, Upstream } from "./types.ts";

/** One request being recorded: steps go in as they happen, the answer closes it. */
export interface Recording {
  readonly observe: Observe;
  /**
   * Called once; returns fields to add to the answer (a trace id, say). A streamed answer has an empty body here. `body`: what
   * the request brought, where it began without.
   */
  finish(response: HttpResponse, body?: Buffer): HeaderList;
}

export interface GatewayOptions {
  readonly catalog: Catalog;
  readonly config: GatewayConfig;
  readonly clock: Clock;
  /** Dates v2's bridge tokens: that of whoever verifies them. Default: `clock`. */
  readonly bridgeClock?: Clock;
  /** Asked at every request, so a mode switch takes effect at once. */
  mode(): ModeName;
  upstream(mode: ModeName): Upstream | RemoteUpstream;
  /** Failures on demand. Absent: none but real ones. */
  readonly faults?: Faults;
  record?(request: HttpRequest, mode: ModeName): Recording;
  log?(line: LogLine): void;
  /** A sentence for the developer; each is given once per gateway. */
  notice?(text: string): void;
}
