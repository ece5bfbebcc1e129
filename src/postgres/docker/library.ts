/** testcontainers is an optional peer: loaded only by who asks for Docker, from here or from the user's own project. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PostgresError } from "../errors.ts";

export type Testcontainers = typeof import("testcontainers");

export interface DockerLibrary {
  readonly testcontainers: Testcontainers;
  /** Where it was found, as a URL that another process can import. */
  readonly url: string;
}

/** `directory` is the user's project. Throws `DOCKER_LIBRARY_MISSING`. */
export async function loadLibrary(directory: string): Promise<DockerLibrary> {
  const url = locate(import.meta.url) ?? locate(join(directory, "package.json"));
  if (url === undefined) throw missing();
  // CommonJS: its exports are the default export as well, and only that one is sure to hold them all.
  const loaded = (await import(url)) as { default: Testcontainers };
  return { testcontainers: loaded.default, url };
}

function locate(from: string): string | undefined {
  try {
    return pathToFileURL(createRequire(from).resolve("testcontainers")).href;
  } catch {
    return undefined;
  }
}

const missing = (): PostgresError =>
  new PostgresError("DOCKER_LIBRARY_MISSING", {
    what: "Docker needs the package testcontainers, which is not installed.",
    why: "It is large, and most projects do without Docker, so flux-dev does not bring it along.",
    next: "npm install --save-dev testcontainers@11",
  });
