/** The server settings that flux-dev fixes, given on the command line so that a data directory works with any of them. */

/** `durable` for a project's own data; `throw-away` for tests, where a crash may lose everything. */
export type Durability = "durable" | "throw-away";

const throwAway: Readonly<Record<string, string>> = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  // No standby will ever connect, so less needs to be logged.
  wal_level: "minimal",
  max_wal_senders: "0",
};

/** As `-c name=value` pairs for the postgres program. `extra` wins. */
export function serverArguments(
  port: number,
  durability: Durability,
  extra: Readonly<Record<string, string>> = {},
): string[] {
  const settings: Record<string, string> = {
    port: String(port),
    listen_addresses: "127.0.0.1",
    // Socket paths are limited to about 100 characters; project directories are not.
    unix_socket_directories: "",
    max_connections: "200",
    // What a server in a container reports, wherever the developer sits.
    timezone: "UTC",
    log_timezone: "UTC",
    ...(durability === "throw-away" ? throwAway : {}),
    ...extra,
  };
  return asArguments(settings);
}

/** For a postgres program that serves nobody (`--single`), on data that are thrown away should it fail. */
export const standAloneArguments: readonly string[] = asArguments(throwAway);

function asArguments(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}
