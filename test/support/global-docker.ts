/** vitest globalSetup: whether a container engine is here, and which images its tests run. Says so when there is none. */
import type { TestProject } from "vitest/node";
import { connectEngine } from "../../src/postgres/docker/engine.ts";
import type { PostgresError } from "../../src/postgres/errors.ts";

export interface DockerImages {
  readonly postgres?: string;
  readonly postgrestV2?: string;
  readonly postgrestV1?: string;
}

declare module "vitest" {
  interface ProvidedContext {
    /** Undefined: no engine. An image that is left out is the platform's. */
    dockerImages: DockerImages | undefined;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const images = process.env["FLUX_DEV_TEST_IMAGES"];
  try {
    await connectEngine(process.cwd());
    project.provide("dockerImages", JSON.parse(images ?? "{}") as DockerImages);
  } catch (error) {
    // Whoever made images for the tests has an engine.
    if (images !== undefined) throw error;
    console.log(`\nskipped: no Docker engine (the docker tests). ${(error as PostgresError).why}\n`);
    project.provide("dockerImages", undefined);
  }
}
