/**
 * Paths that browsers and scanners ask for. The v2 gateway answers them itself, for any method and host, before it looks
 * for a project: a table named `admin` cannot be reached.
 */
import type { HttpResponse } from "../http/message.ts";
import { absorbedBecause } from "../project/absorbed-path.ts";
import type { Answer } from "./answer.ts";
import { answered, error, refused, text } from "./answer.ts";

/** `path` is the URL's, not percent-decoded. */
export function absorb(path: string): Answer | undefined {
  const reason = absorbedBecause(path);
  if (reason === undefined) return undefined;
  const evidence = { path, reason };
  if (reason === "robots") return answered("edge", "edge.robots", robots, evidence);
  if (reason === "browser_default") return answered("edge", "edge.browser-default", noContent, evidence);
  return refused("edge", "edge.absorbed", error(404, "not found"), evidence);
}

const robots: HttpResponse = text(200, "User-agent: *\nDisallow: /\n", [["cache-control", "public, max-age=86400"]]);
const noContent: HttpResponse = { status: 204, headers: [], body: "" };
