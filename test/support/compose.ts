/** What the tests of compose/ need of this machine. */
import { spawnSync } from "node:child_process";

const works = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

/** The old program, or the newer plugin; undefined: neither is installed. */
export const composeProgram: readonly string[] | undefined = works("docker-compose", "version")
  ? ["docker-compose"]
  : works("docker", "compose", "version")
    ? ["docker", "compose"]
    : undefined;

export const NO_PROGRAM = "neither docker-compose nor docker compose is installed";

/** The stand-in images that scripts/ci/stand-ins.mjs made on this engine, by what they stand in for; or why there are none. */
export function standIns(): Record<string, string> | string {
  if (composeProgram === undefined) return NO_PROGRAM;
  const { status, stdout } = spawnSync("docker", ["images", "--format", "{{.Repository}}:{{.Tag}}"], {
    encoding: "utf8",
  });
  if (status !== 0) return "no Docker engine";
  const image = (part: string) => stdout.split("\n").find((name) => name.startsWith(`flux-dev-standin/${part}`));
  const images = {
    FLUX_POSTGRES_V2_IMAGE: image("postgres:"),
    FLUX_POSTGRES_V1_IMAGE: image("postgres:"),
    FLUX_POSTGREST_V2_IMAGE: image("postgrest:12.2"),
    FLUX_POSTGREST_V1_IMAGE: image("postgrest:12.0"),
    FLUX_DEV_IMAGE: image("flux-dev:"),
  };
  const missing = Object.entries(images).filter(([, name]) => name === undefined);
  if (missing.length > 0) return `no stand-in images (${missing.map(([name]) => name).join(", ")})`;
  return images as Record<string, string>;
}
