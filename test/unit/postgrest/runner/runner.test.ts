import { describe, expect, test } from "vitest";
import { RELEASE_VERSIONS, releaseFor } from "../../../../src/postgrest/runner/releases.ts";
import { ReloadWatch } from "../../../../src/postgrest/runner/reload-watch.ts";
import { RestartLimit } from "../../../../src/postgrest/runner/restart-limit.ts";
import { modes } from "../../../../src/project/mode/mode.ts";

describe("releases", () => {
  test("are those that the platform runs", () => {
    const images = Object.values(modes).map((mode) => mode.postgrestImage.replace(/^.*:v/, ""));
    expect([...RELEASE_VERSIONS].sort()).toEqual(images.sort());
  });

  test("are named after their version; a known checksum is a SHA-256", () => {
    for (const version of RELEASE_VERSIONS) {
      const release = releaseFor(version, "linux-x64");
      expect(release?.file).toContain(`postgrest-v${version}-linux-static`);
      if (release?.sha256 !== undefined) expect(release.sha256).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(releaseFor("12.0.2", "sunos-sparc")).toBeUndefined();
    expect(releaseFor("12.0.2", "toString")).toBeUndefined();
  });
});

describe("a reload", () => {
  test.each(["Schema cache loaded", "24/Nov/2026:09:04:17 +0000: Schema cache loaded 7 Relations, 3 Relationships"])(
    "is over with the line %j",
    async (line) => {
      const watch = new ReloadWatch();
      watch.line("Schema cache loaded");
      let over = false;
      const waiting = watch.after(async () => {}).then(() => (over = true));
      await new Promise(setImmediate);
      watch.line("Schema cache queried in 3 milliseconds");
      await new Promise(setImmediate);
      expect(over).toBe(false);
      watch.line(line);
      await waiting;
    },
  );

  test("that nobody speaks of is given up on", () => new ReloadWatch().after(async () => {}, 5));
});

test("restarts are counted by the minute", () => {
  const limit = new RestartLimit(2);
  expect([limit.allows(0), limit.allows(1), limit.allows(2)]).toEqual([true, true, false]);
  expect(limit.allows(60_003)).toBe(true);
});
