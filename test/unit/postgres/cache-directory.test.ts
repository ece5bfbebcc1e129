import { expect, test } from "vitest";
import { cacheCandidates } from "../../../src/postgres/cache-directory.ts";

const linux = { env: {}, platform: "linux", home: "/home/ada", temp: "/tmp", uid: 1000 } as const;

test("a user's cache stands in their home, else in the temporary directory", () => {
  expect(cacheCandidates(linux)).toEqual(["/home/ada/.cache/flux-dev", "/tmp/flux-dev-cache-1000"]);
  expect(cacheCandidates({ ...linux, env: { XDG_CACHE_HOME: "/x" } })[0]).toBe("/x/flux-dev");
  expect(cacheCandidates({ ...linux, platform: "darwin" })[0]).toBe("/home/ada/Library/Caches/flux-dev");
});

test("root has a place that others can read", () => {
  expect(cacheCandidates({ ...linux, home: "/root", uid: 0 })).toContain("/var/cache/flux-dev");
});

test("FLUX_DEV_CACHE_DIR is taken at its word", () => {
  expect(cacheCandidates({ ...linux, env: { FLUX_DEV_CACHE_DIR: "/c" }, uid: 0 })).toEqual(["/c"]);
});
