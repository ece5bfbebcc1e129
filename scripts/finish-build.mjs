// After tsc: removes output whose source is gone, copies the files that tsc leaves behind (SQL, HTML), makes the bin executable.
import { chmodSync, cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const src = join(root, "src");
const dist = join(root, "dist");
const files = (directory) =>
  readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath ?? entry.path, entry.name)));

for (const file of files(dist)) {
  const source = file.replace(/\.(d\.ts|js\.map|js)$/, ".ts");
  if (file !== ".built" && !existsSync(join(src, source)) && !existsSync(join(src, file))) rmSync(join(dist, file));
}
for (const file of files(src)) if (!file.endsWith(".ts")) cpSync(join(src, file), join(dist, file));
const bin = join(dist, "cli", "main.js");
if (existsSync(bin)) chmodSync(bin, 0o755);
