// `npm run check`: every check that needs no database, each with its name and time; all run, then the exit code says if any failed.
import { spawnSync } from "node:child_process";

const checks = [
  ["types", "tsc", ["--noEmit"]],
  ["lint and format", "biome", ["ci", "--colors=off", "."]],
  ["import rule", "depcruise", ["--output-type", "err", "src"]],
  ["dead exports", "knip", []],
  ["unit tests", "vitest", ["run", "--project", "unit"]],
];
let failed = 0;
for (const [name, command, args] of checks) {
  const start = Date.now();
  const done = spawnSync("npx", ["--no-install", command, ...args], {
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  if (done.status === 0) console.log(`ok    ${name} (${seconds} s)`);
  else {
    failed += 1;
    console.log(`FAIL  ${name} (${seconds} s)\n${done.stdout}${done.stderr}`);
  }
}
process.exit(failed === 0 ? 0 : 1);
