/**
 * Paths that browsers and scanners ask for. The v2 gateway answers them itself, for any method and host, before it looks
 * for a project: a table named `admin` cannot be reached.
 */
import type { HttpResponse } from "../http/message.ts";
import type { Answer } from "./answer.ts";
import { answered, error, refused, text } from "./answer.ts";

export type AbsorbReason = "robots" | "browser_default" | "scanner_prefix" | "static_ext";

const BROWSER_DEFAULTS = new Set([
  "/favicon.ico",
  "/apple-touch-icon.png",
  "/apple-touch-icon-precomposed.png",
  "/site.webmanifest",
  "/browserconfig.xml",
]);

/** A word boundary ends the prefix: `/admin-users` is absorbed, `/admins` and `/admin_users` are not. */
const SCANNER_PREFIX =
  /^\/(?:\.well-known|\.env|\.git|wp-admin|wp-login\.php|phpmyadmin|server-status|xmlrpc\.php|cgi-bin|admin|administrator)\b/i;

const STATIC_EXTENSION = /\.(?:ico|png|jpe?g|gif|svg|webp|css|m?js|map|txt|xml|woff2?|ttf|eot)$/i;

/** `path` is the URL's, not percent-decoded: `/%61dmin` passes. First match wins. */
export function absorb(path: string): Answer | undefined {
  const reason = absorbReason(path);
  if (reason === undefined) return undefined;
  const evidence = { path, reason };
  if (reason === "robots") return answered("edge", "edge.robots", robots, evidence);
  if (reason === "browser_default") return answered("edge", "edge.browser-default", noContent, evidence);
  return refused("edge", "edge.absorbed", error(404, "not found"), evidence);
}

function absorbReason(path: string): AbsorbReason | undefined {
  if (path === "/robots.txt") return "robots";
  if (BROWSER_DEFAULTS.has(path)) return "browser_default";
  if (SCANNER_PREFIX.test(path)) return "scanner_prefix";
  return STATIC_EXTENSION.test(path) ? "static_ext" : undefined;
}

const robots: HttpResponse = text(200, "User-agent: *\nDisallow: /\n", [["cache-control", "public, max-age=86400"]]);
const noContent: HttpResponse = { status: 204, headers: [], body: "" };
