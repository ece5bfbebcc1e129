/** What the platform's HTTP servers make of a target and a Host before a gateway sees them. Pure. */
import { remember } from "../cache/remember.ts";

/**
 * Of v2's framework. `refused`: 400 with an empty body, before any gateway code. `broken`: the framework lets it in and whoever reads the
 * URL there meets an exception, its plain 500; the health paths, which are compared as text, still answer.
 */
export type UrlVerdict = "fine" | "refused" | "broken";

/** `target` as in the request line, `host` as sent; a request without or with an empty Host is merely unknown. */
export function checkUrl(target: string, host: string | undefined): UrlVerdict {
  if (/^https?:\/\//.test(target)) return URL.canParse(target) ? "fine" : "refused";
  if (!host) return target.startsWith("/") ? "fine" : "refused";
  if (!TAKEN_AS_IS.test(host)) return isParsedAsSent(host, target) ? "fine" : "refused";
  if (!target.startsWith("/")) return "refused";
  if (hostCheck(host).parses) return "fine";
  return CHANGED_BY_PARSING.test(target) ? "refused" : "broken";
}

const hostCheck = remember((host) => ({ parses: URL.canParse(`http://${host}`) }));

/** v1's edge looks at the letters of a Host only; what they name is for its routes to know. */
export const isHostForEdge = (host: string): boolean => /^[\w!$%&'()*+,\-.:;=[\]~]*$/.test(host);

/** Whether the platform answers a `broken` URL all the same. */
export function isHealthTarget(method: string, target: string): boolean {
  return (method === "GET" || method === "HEAD") && /^\/health(?:\/deep)?(?:[?#]|$)/.test(target);
}

/** Hosts that the framework does not parse, such as `999.999.999.999`. Of ports it trusts those of four digits and more. */
const TAKEN_AS_IS = /^[a-z0-9._-]+(?::(?:[1-5]\d{3,4}|[6-9]\d{3}))?$/;

/** Targets that the framework itself parses, so that it is the one to fail. */
const CHANGED_BY_PARSING = /[^!#$&-;=?-[\]_a-z~]|\/\.{1,2}(?:[/?#]|$)/;

/**
 * User info, a path, blanks, escapes, a bad port and the like change or break the host when a URL is made of it. The
 * framework compares the names only where the lengths differ.
 */
function isParsedAsSent(host: string, target: string): boolean {
  const url = `http://${host}${target}`;
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname.length === host.length || hostname === host.replace(/:\d+$/, "").toLowerCase();
}
