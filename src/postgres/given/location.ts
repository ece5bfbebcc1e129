/** Where a given URL leads, as far as its text tells. Pure. */

/** Loopback or a socket, a name that only a private network knows (a service of compose or CI), or anything else. */
export type Location = "this machine" | "a private service" | "elsewhere";

export function locationOf(url: string): Location {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  if (host === "" || host.startsWith("%2f") || host === "localhost" || host.endsWith(".localhost"))
    return "this machine";
  if (host === "::1" || /^127(\.\d+){3}$/.test(host)) return "this machine";
  const numeric = /^[\d.]+$/.test(host) || host.includes(":");
  if (host === "host.docker.internal" || (!numeric && !host.includes("."))) return "a private service";
  return "elsewhere";
}

/** For messages: without the password. */
export function shownUrl(url: string): string {
  const { hostname, port } = new URL(url);
  return `${hostname || "the local socket"}${port === "" ? "" : `:${port}`}`;
}
