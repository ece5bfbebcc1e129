/** The gateway's own two paths, answered for any host and without a token. */
import type { Answer } from "./answer.ts";
import { answered, json } from "./answer.ts";
import type { Arrival } from "./arrival.ts";
import type { Catalog } from "./types.ts";

/**
 * Only GET and HEAD: `POST /health` is an ordinary API request. The platform's router compares the decoded path, so an
 * escaped letter does not hide it. `limited` tells whether a store for rate limits is configured.
 */
export function health(at: Arrival, catalog: Catalog, limited: boolean): Answer | Promise<Answer> | undefined {
  if (at.method !== "GET" && at.method !== "HEAD") return undefined;
  const path = decoded(at.path);
  if (path === "/health") return answered("edge", "edge.health", json(200, { status: "ok" }));
  return path === "/health/deep" ? deepHealth(catalog, limited) : undefined;
}

async function deepHealth(catalog: Catalog, limited: boolean): Promise<Answer> {
  const redis = limited ? "up" : null;
  const up = await catalog.ping().then(
    () => true,
    () => false,
  );
  const response = json(up ? 200 : 503, { ok: up, db: up ? "up" : "down", redis });
  return answered("edge", "edge.health-deep", response);
}

function decoded(path: string): string {
  if (!path.includes("%")) return path;
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
