import { defineConfig } from "vitest/config";

const project = (name: string, include: string[], extra: object = {}) => ({
  test: { name, include, environment: "node", ...extra },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      // Pure parts: files that share their modules cost a quarter of the time.
      project("unit", ["test/unit/**/*.test.ts"], { isolate: false }),
      project("integration", ["test/integration/**/*.test.ts"], {
        globalSetup: ["test/support/global-postgres.ts", "test/support/global-kit.ts"],
        testTimeout: 60_000,
        hookTimeout: 120_000,
      }),
      project("e2e", ["test/e2e/**/*.test.ts"], {
        globalSetup: ["test/support/global-build.ts", "test/support/global-postgres.ts"],
        testTimeout: 180_000,
        hookTimeout: 180_000,
      }),
      project("docker", ["test/docker/**/*.test.ts"], {
        globalSetup: ["test/support/global-build.ts", "test/support/global-docker.ts"],
        testTimeout: 180_000,
        hookTimeout: 300_000,
        // After the others: containers take the processors that their timings need.
        sequence: { groupOrder: 1 },
      }),
    ],
  },
});
