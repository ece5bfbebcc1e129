/** The releases that the platform runs, by platform of this machine. */
export type ReleaseVersion = "12.2.12" | "12.0.2";

export interface Release {
  readonly file: string;
  /**
   * SHA-256 of the file, in hex. The project publishes none, so a digest stands here only when several parties who do not
   * know each other pin the same one. Undefined: nobody vouches for it, and the user must say which one to expect.
   */
  readonly sha256: string | undefined;
}

const releases: Readonly<Record<ReleaseVersion, Readonly<Record<string, Release>>>> = {
  "12.2.12": {
    "linux-x64": {
      file: "postgrest-v12.2.12-linux-static-x86-64.tar.xz",
      sha256: "5de4092f1719da3353c40bf96c8dec6913f2254a7cd0b61cc05f233153b557d5",
    },
    "linux-arm64": { file: "postgrest-v12.2.12-ubuntu-aarch64.tar.xz", sha256: undefined },
    "darwin-arm64": { file: "postgrest-v12.2.12-macos-aarch64.tar.xz", sha256: undefined },
    "darwin-x64": { file: "postgrest-v12.2.12-macos-x86-64.tar.xz", sha256: undefined },
    "win32-x64": { file: "postgrest-v12.2.12-windows-x86-64.zip", sha256: undefined },
  },
  "12.0.2": {
    "linux-x64": { file: "postgrest-v12.0.2-linux-static-x64.tar.xz", sha256: undefined },
    "linux-arm64": { file: "postgrest-v12.0.2-ubuntu-aarch64.tar.xz", sha256: undefined },
    "darwin-x64": { file: "postgrest-v12.0.2-macos-x64.tar.xz", sha256: undefined },
    "win32-x64": { file: "postgrest-v12.0.2-windows-x64.zip", sha256: undefined },
  },
};

export const RELEASE_VERSIONS = Object.keys(releases) as ReleaseVersion[];

/** Undefined where the project builds none. `machine`: `linux-x64`, as Node names platform and architecture. */
export function releaseFor(version: ReleaseVersion, machine: string): Release | undefined {
  const forVersion = releases[version];
  return Object.hasOwn(forVersion, machine) ? forVersion[machine] : undefined;
}

export const DOWNLOADS = "https://github.com/PostgREST/postgrest/releases/download";
