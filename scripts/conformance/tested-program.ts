/** A real PostgREST to be tested: a program, or the platform's image. */

import { openHostDoor } from "../../src/postgres/docker/host-door.ts";
import { openDockerSession } from "../../src/postgres/docker/session.ts";
import { dialects, type PostgrestVersion } from "../../src/postgrest/dialect.ts";
import { startDockerPostgrest } from "../../src/postgrest/runner/docker.ts";
import { findProgram } from "../../src/postgrest/runner/find.ts";
import { atUrl, byCommand, type Start } from "./targets.ts";

/**
 * @param place `docker`, or the program's path
 * Rejects with RunnerError for a program that is missing or cannot be run; PostgresError for Docker's troubles comes at the start.
 */
export async function testedProgram(place: string, version: PostgrestVersion): Promise<Start> {
  const wanted = dialects[version].fullVersion;
  if (place === "docker") return inDocker(`postgrest/postgrest:v${wanted}`);
  const program = await findProgram({ path: place, directory: process.cwd(), wanted });
  if (program.version !== wanted) {
    console.error(
      `${program.path} is version ${program.version ?? "unknown"}; it is held to the answers of ${wanted}. ` +
        "--version 12.0 takes those of 12.0.2.",
    );
  }
  const command = `exec '${program.path.replaceAll("'", `'\\''`)}'`;
  return (_config, env, port) => byCommand(command, env, port);
}

const inDocker =
  (image: string): Start =>
  async (config, { PGRST_SERVER_HOST: _host, PGRST_SERVER_PORT: _port, ...env }) => {
    const printed: string[] = [];
    const progress = (text: string) => console.error(text);
    const session = await openDockerSession({ directory: process.cwd(), project: "conformance", progress });
    try {
      const url = new URL(env["PGRST_DB_URI"]!);
      const door = await openHostDoor(session, { host: url.hostname, port: Number(url.port || 5432) });
      url.hostname = door.host;
      url.port = String(door.port);
      const running = await startDockerPostgrest(session, {
        image,
        alias: `postgrest-${config}`,
        env: { ...env, PGRST_DB_URI: url.href },
        extraHosts: door.extraHosts,
        onLine: (line) => void printed.push(line),
        warn: (text) => console.error(text, printed.at(-1) ?? ""),
        progress,
      });
      const target = atUrl(running.url);
      const stop = async () => {
        await target.stop();
        await running.stop();
        await door.close();
        await session.close();
      };
      // Inside its container it listens on 3000, and calls itself by that in the OpenAPI document.
      return { ...target, host: "0.0.0.0:3000", stop };
    } catch (error) {
      await session.close();
      throw error;
    }
  };
