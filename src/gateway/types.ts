/** What the gateway is told from outside: projects, upstream, settings. */
import type { HttpRequest, HttpResponse } from "../http/message.ts";
import type { CatalogMode } from "../project/mode/types.ts";
import type { Observe } from "../trace/step.ts";

/** One project as the platform's catalog describes it. States are data: set one and the gateway answers accordingly. */
export interface CatalogEntry {
  /** UUID; also the tenant id. */
  readonly projectId: string;
  readonly slug: string;
  readonly hash: string;
  readonly mode: CatalogMode;
  /** The project secret as text; null asks for the platform's "run repair" answer. */
  readonly jwtSecret: string | null;
  /** The emulator's own: a token must name it in `aud`. Absent: not looked at, as on the platform. */
  readonly audience?: string;
  /** Null counts as active. */
  readonly lifecycle: "active" | "dormant" | "archived" | null;
  /** Only `migrating` drains traffic. */
  readonly migrationStatus: "migrating" | "migrating_no_drain" | null;
}

type Found = CatalogEntry | null | Promise<CatalogEntry | null>;

/** Look-ups may fail; the gateway then answers as the platform does when its catalog cannot be reached. */
export interface Catalog {
  /** By custom domain: lower case, no port, exact. */
  byDomain(host: string): Found;
  bySlugAndHash(slug: string, hash: string): Found;
  /** The project that plain `localhost` and `127.0.0.1` mean; null when there is none. */
  local(): Found;
  /** Rejects when the catalog is down; read by `/health/deep`. */
  ping(): Promise<void>;
}

/** PostgREST in this process. A rejection is an upstream failure (502); slowness beyond the timeout is a 504. */
export type Upstream = (request: HttpRequest, observe: Observe) => Promise<HttpResponse>;

/** PostgREST behind a socket, by its base URL (`http://127.0.0.1:3000`). */
export interface RemoteUpstream {
  readonly url: string;
}

export interface RateLimit {
  readonly limit: number;
  readonly windowSeconds: number;
}

export interface GatewayConfig {
  /** `FLUX_BASE_DOMAIN`: what the host forms end in. */
  readonly baseDomain: string;
  /** Signs bridge tokens; equals the upstream's `PGRST_JWT_SECRET`. Not the project's secret. */
  readonly poolSecret: string;
  /** No help for browsers on loopback: preflights are answered as the platform answers them. */
  readonly strict?: boolean;
  /** v2, to the first byte of the upstream's answer. Milliseconds, default 8000. */
  readonly upstreamTimeoutMs?: number;
  /** v2, inactivity of a client's socket. Milliseconds, default 9000. */
  readonly socketTimeoutMs?: number;
  /** v2; absent: not limited, as the platform without Redis. */
  readonly rateLimit?: RateLimit;
  /** v2, requests under way in the whole process; default 1000. */
  readonly maxInflight?: number;
  /** v2; absent: off. Without a pattern the platform's list of bots is used. */
  readonly blockBots?: { readonly pattern?: string };
  /** v1; `FLUX_EXTRA_ALLOWED_ORIGINS` and the project's own extras. */
  readonly extraOrigins?: readonly string[];
}
