/** `db-uri` as PostgREST takes it, a URI or libpq's `key=value` pairs, made into what `pg` takes. */
import type { ClientConfig } from "pg";
import { uriPairs } from "./conninfo-uri.ts";

export type ConnectionInfo = ClientConfig;

/**
 * @param uri `postgres://…`, `postgresql://…` or `host=… dbname=…`; what it leaves out comes from `PG*` variables
 * @param applicationName shown in pg_stat_activity unless the URI names one
 */
export function connectionInfo(uri: string, applicationName: string): ConnectionInfo {
  const common = { fallback_application_name: applicationName, keepAlive: true };
  if (!/^postgres(ql)?:\/\//.test(uri)) return { ...common, ...fromPairs(parsePairs(uri)) };
  // `pg` reads the files of certificates itself.
  if (/[?&]ssl(rootcert|cert|key)=/.test(uri)) return { ...common, connectionString: uri };
  return { ...common, ...fromPairs(uriPairs(uri)) };
}

/** https://www.postgresql.org/docs/16/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE */
function parsePairs(text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  const pattern = /\s*([A-Za-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))/gy;
  for (const match of text.matchAll(pattern)) {
    pairs.set(match[1]!.toLowerCase(), (match[2] ?? match[3] ?? "").replace(/\\(.)/g, "$1"));
  }
  return pairs;
}

function fromPairs(pairs: ReadonlyMap<string, string>): ClientConfig {
  const config: ClientConfig = {};
  const host = pairs.get("host") ?? pairs.get("hostaddr");
  const port = pairs.get("port");
  const user = pairs.get("user");
  const password = pairs.get("password");
  const database = pairs.get("dbname");
  const application = pairs.get("application_name");
  const options = pairs.get("options");
  const patience = pairs.get("connect_timeout");
  const sslMode = pairs.get("sslmode");
  if (host) config.host = host;
  if (port) config.port = Number(port);
  if (user) config.user = user;
  if (password !== undefined) config.password = password;
  if (database) config.database = database;
  if (application) config.application_name = application;
  if (options) config.options = options;
  if (patience) config.connectionTimeoutMillis = Number(patience) * 1000;
  if (sslMode === "require") config.ssl = { rejectUnauthorized: false };
  else if (sslMode === "verify-ca" || sslMode === "verify-full") config.ssl = true;
  return config;
}

/** How libpq says that the server wants a password and none is there. */
export const NO_PASSWORD = "fe_sendauth: no password supplied";

/** A failed connect in libpq's words, which PostgREST hands to clients as the details of `PGRST000`. */
export function connectFailureMessage(
  error: unknown,
  host: string,
  port: number,
): { message: string; sqlState: string | null } {
  const failure = (error instanceof AggregateError ? error.errors[0] : error) as {
    code?: string;
    message?: string;
    severity?: string;
  };
  const where = host.startsWith("/")
    ? `connection to server on socket "${host}/.s.PGSQL.${port}" failed: `
    : `connection to server at "${host}", port ${port} failed: `;
  if (failure.severity !== undefined) {
    return { message: `${where}${failure.severity}:  ${failure.message}\n`, sqlState: failure.code ?? null };
  }
  if (failure.code === "ECONNREFUSED" || failure.code === "ENOENT") {
    const reason = failure.code === "ENOENT" ? "No such file or directory" : "Connection refused";
    const question = host.startsWith("/")
      ? "Is the server running locally and accepting connections on that socket?"
      : "Is the server running on that host and accepting TCP/IP connections?";
    return { message: `${where}${reason}\n\t${question}\n`, sqlState: null };
  }
  const message = failure.message ?? String(error);
  // The driver finds out while it answers the server, libpq before.
  const reason = /^SASL: .*client password must be a/.test(message) ? NO_PASSWORD : message;
  return { message: `${where}${reason}\n`, sqlState: null };
}
