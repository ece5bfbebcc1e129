/** vitest globalSetup: one throw-away cluster for the whole run. Test files reach it through `test/support/postgres.ts`. */
import type { TestProject } from "vitest/node";
import { startThrowAwayCluster } from "../../src/postgres/cluster.ts";
import { icuEnglish } from "../../src/postgres/flavour.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Superuser URL of the shared cluster, database `postgres`. */
    postgresUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startThrowAwayCluster({ flavour: icuEnglish });
  project.provide("postgresUrl", cluster.url());
  return () => cluster.stop();
}
