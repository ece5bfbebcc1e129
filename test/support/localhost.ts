/**
 * Names below `localhost` lead to this machine for every client of this process, as they do in browsers and in curl. Not
 * every system's resolver knows that, and Node asks the system's.
 */
import dns from "node:dns";

const BELOW_LOCALHOST = /(^|\.)localhost\.?$/i;
const lookup = dns.lookup as (hostname: string, ...rest: unknown[]) => void;

export function resolveLocalhostNames(): void {
  const patched = (hostname: string, ...rest: unknown[]) =>
    lookup(BELOW_LOCALHOST.test(hostname) ? "127.0.0.1" : hostname, ...rest);
  dns.lookup = patched as typeof dns.lookup;
}
