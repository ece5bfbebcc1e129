/** A page served from this machine, whatever its port. */
export function isLoopbackOrigin(origin: string): boolean {
  const match = /^https?:\/\/(\[::1\]|[a-z0-9.-]+)(?::\d+)?$/i.exec(origin);
  const host = match?.[1]?.toLowerCase() ?? "";
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}
