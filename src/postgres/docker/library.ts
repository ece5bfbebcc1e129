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
export function loadLibrary(directory: string): DockerLibrary {
  for (const from of [import.meta.url, join(directory, "package.json")]) {
    const require = createRequire(from);
    let path: string;
    try {
      path = require.resolve("testcontainers");
    } catch {
      continue;
    }
    // Required, not imported: it is CommonJS, and loaders disagree about what such a module exports.
    return { testcontainers: require(path) as Testcontainers, url: pathToFileURL(path).href };
  }
  throw missing();
}

const missing = (): PostgresError =>
  new PostgresError("DOCKER_LIBRARY_MISSING", {
    what: "Docker needs the package testcontainers, which is not installed.",
    why: "It is large, and most projects do without Docker, so flux-dev does not bring it along.",
    next: "npm install --save-dev testcontainers@11",
  });
