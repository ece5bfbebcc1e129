// Brings a fresh clone to life without any dependency: installs what is missing, and with --build compiles when the
// sources are newer than what was built. Runs before `npm run up`, `npm test` and `npm run check`.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `flux-dev needs Node.js 20.19 or newer; this is ${process.versions.node}. Install a newer Node.js and try again.`,
  );
  process.exit(1);
}

function run(command, args, what) {
  const done = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (done.status !== 0) {
    console.error(`\n${what} failed (${command} ${args.join(" ")}, exit ${done.status ?? done.signal}).`);
    process.exit(1);
  }
}

function digest(paths) {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(path).update(existsSync(path) ? readFileSync(path) : "");
  return hash.digest("hex");
}

function stamped(file, value, work) {
  if (existsSync(file) && readFileSync(file, "utf8") === value) return;
  work();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, value);
}

// In an installed package there is nothing to install or build.
if (!existsSync(join(root, "src"))) process.exit(0);

const lock = join(root, "package-lock.json");
stamped(join(root, "node_modules", ".flux-dev-installed"), digest([lock]), () => {
  console.error("Installing dependencies …");
  // Not `npm ci`: it refuses a lock file that lacks the optional packages of other platforms, and a registry mirror may lack them.
  run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], "Installing dependencies");
});

function newest(directory) {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

if (process.argv.includes("--build")) {
  const sources = [...newest(join(root, "src")), join(root, "tsconfig.json"), join(root, "tsconfig.build.json")];
  const state = sources.map((path) => `${path}:${statSync(path).mtimeMs}:${statSync(path).size}`).join("\n");
  const stamp = createHash("sha256").update(state).digest("hex");
  stamped(join(root, "dist", ".built"), stamp, () => {
    console.error("Building …");
    run("npm", ["run", "--silent", "build"], "The build");
  });
}
