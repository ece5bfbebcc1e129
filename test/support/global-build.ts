/** vitest globalSetup: the command line under test is the built one, and never an old one. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export default function setup(): void {
  const script = fileURLToPath(new URL("../../scripts/ensure.mjs", import.meta.url));
  const { status } = spawnSync(process.execPath, [script, "--build"], { stdio: "inherit" });
  if (status !== 0) throw new Error("The build failed; the end-to-end tests would test an old one.");
}
