/**
 * vitest globalSetup of the docker tests: whether a container engine is here, and which of the images that they run can be
 * had. What is skipped for want of them is said by name at the end of the run; whatever else goes wrong is a failure.
 */
import type { TestProject } from "vitest/node";
import { connectEngine, type DockerEngine } from "../../src/postgres/docker/engine.ts";
import { ensureImage, hasImage } from "../../src/postgres/docker/images.ts";
import { PostgresError } from "../../src/postgres/errors.ts";
import { modes } from "../../src/project/mode/mode.ts";
import { standIns } from "./compose.ts";

/** The platform's, unless the environment names others: those of scripts/ci/stand-ins.mjs, say. */
const platform = {
  postgresV2: modes.v2.postgresImage,
  postgresV1: modes.v1.postgresImage,
  postgrestV2: modes.v2.postgrestImage,
  postgrestV1: modes.v1.postgrestImage,
};

export type ImagePart = keyof typeof platform;

export interface DockerTests {
  readonly images: Readonly<Record<ImagePart, string>>;
  /** Why there is no engine. */
  readonly noEngine?: string;
  /** Why an image cannot be had, for those that cannot. */
  readonly noImage: Readonly<Partial<Record<ImagePart, string>>>;
}

declare module "vitest" {
  interface ProvidedContext {
    dockerTests: DockerTests;
  }
}

const NAMED = "FLUX_DEV_TEST_IMAGES";

export default async function setup(project: TestProject): Promise<() => void> {
  const tests = await look();
  project.provide("dockerTests", tests);
  return () => {
    for (const line of skipped(tests)) console.log(line);
  };
}

function skipped({ noEngine, noImage }: DockerTests): string[] {
  if (noEngine !== undefined) return [`skipped: docker tests, no Docker engine. ${noEngine}`];
  const images = [...new Set(Object.values(noImage))].map((reason) => `skipped: docker tests, ${reason}`);
  const compose = standIns();
  return typeof compose === "string" ? [...images, `skipped: compose tests, ${compose}`] : images;
}

async function look(): Promise<DockerTests> {
  const named = process.env[NAMED];
  const images = { ...platform, ...(JSON.parse(named ?? "{}") as Partial<typeof platform>) };
  let engine: DockerEngine;
  try {
    engine = await connectEngine(process.cwd());
  } catch (error) {
    // Whoever made images for the tests has an engine.
    if (named !== undefined || !isError(error, "DOCKER_UNAVAILABLE")) throw error;
    return { images, noEngine: error.why, noImage: {} };
  }
  const noImage: Partial<Record<ImagePart, string>> = {};
  for (const [part, image] of Object.entries(images) as [ImagePart, string][]) {
    if (named !== undefined && !(await hasImage(engine, image)))
      throw new Error(`${NAMED} names the image ${image}, which the engine does not have.`);
    const reason = await unavailable(engine, image);
    if (reason !== undefined) noImage[part] = reason;
  }
  return { images, noImage };
}

/** Tries to pull what is not there. */
async function unavailable(engine: DockerEngine, image: string): Promise<string | undefined> {
  try {
    await ensureImage(engine, image, () => {});
    return undefined;
  } catch (error) {
    if (isError(error, "IMAGE_UNAVAILABLE")) return `no image ${image}. ${error.why}`;
    throw error;
  }
}

const isError = (error: unknown, code: PostgresError["code"]): error is PostgresError =>
  error instanceof PostgresError && error.code === code;
