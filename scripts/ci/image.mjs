// A container image out of files of this very machine, for places where no registry can be reached: the named programs,
// the libraries that they load, and whole directories. Takes seconds; a package manager's bootstrap takes minutes.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/**
 * `programs`: absolute paths; those inside `trees` come along anyway, here they bring their libraries. `trees`:
 * `{ from, to }`, whole directories. `files`: texts by their path in the image, `[text, mode]`. `changes`: lines of a
 * Dockerfile such as `ENTRYPOINT […]`. `env` names the engine.
 */
export async function importImage(name, { programs, trees = [], files = {}, changes }, env = process.env) {
  const staging = mkdtempSync(join(tmpdir(), "flux-dev-image-"));
  try {
    stage(staging, { ...accounts, ...files });
    const staged = new Set(["tmp", ...Object.keys({ ...accounts, ...files }).flatMap(withParents)]);
    const paths = [...programs, ...libraries(programs)]
      .filter((path) => !inTrees(path, trees))
      .flatMap(withLinks)
      .map((path) => path.slice(1));
    // The engine refuses an archive that names a path twice, directories too; and it would invent modes of missing ones.
    const roots = ["bin", "sbin", "lib", "lib64"].filter((path) => isLink(`/${path}`));
    const list = [...new Set([...roots, ...paths.flatMap(withParents)])].filter((path) => !staged.has(path));
    const args = ["-c", "--owner=0", "--group=0", "--no-recursion", "-C", staging, ...staged];
    args.push("-C", "/", ...list);
    // tar takes an option that nothing follows for a mistake.
    if (trees.length > 0) args.push("--recursion");
    for (const { from, to } of trees) args.push(`--transform=s|^${from.slice(1)}|${to.slice(1)}|S`, from.slice(1));
    await load(name, args, changes, env);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

const accounts = {
  "etc/passwd": [
    "root:x:0:0::/root:/bin/sh\npostgres:x:999:999::/var/lib/postgresql:/bin/sh\nnode:x:1000:1000::/tmp:/bin/sh\n",
    0o644,
  ],
  "etc/group": ["root:x:0:\npostgres:x:999:\nnode:x:1000:\n", 0o644],
  "etc/nsswitch.conf": ["passwd: files\ngroup: files\nhosts: files dns\n", 0o644],
};

function stage(directory, files) {
  for (const [path, [text, mode]] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text, { mode });
  }
  mkdirSync(join(directory, "tmp"));
  run("chmod", ["1777", join(directory, "tmp")]);
}

/** What the loader finds for each program, by the names it finds them under. */
function libraries(programs) {
  const found = spawnSync("ldd", programs, { encoding: "utf8" }).stdout.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm);
  return [...new Set([...found].map((match) => match[1]))];
}

/** Debian and its kin keep /bin, /lib and /sbin as links into /usr. */
const merged = (path) =>
  path.replace(/^\/(bin|sbin|lib|lib64)\//, (all, top) => (isLink(`/${top}`) ? `/usr${all}` : all));

function withLinks(path) {
  const chain = [merged(path)];
  for (let at = chain[0]; isLink(at); chain.push(at)) at = merged(resolve(dirname(at), readlinkSync(at)));
  return chain.filter(existsSync);
}

const withParents = (path) => path.split("/").map((_, depth, parts) => parts.slice(0, depth + 1).join("/"));

const inTrees = (path, trees) => trees.some(({ from }) => path.startsWith(`${from}/`));

const isLink = (path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

function run(command, args) {
  const done = spawnSync(command, args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${done.stderr || done.error}`);
}

function load(name, tarArguments, changes, env) {
  const tar = spawn("tar", tarArguments, { stdio: ["ignore", "pipe", "inherit"] });
  const options = changes.flatMap((line) => ["--change", line]);
  const docker = spawn("docker", ["import", ...options, "-", name], { stdio: [tar.stdout, "ignore", "inherit"], env });
  const ended = (child, what) =>
    new Promise((done, failed) => {
      child.once("error", failed);
      // Not "close": the pipe between the two is never read here.
      child.once("exit", (code) => (code === 0 ? done() : failed(new Error(`${what} of ${name} failed (${code})`))));
    });
  return Promise.all([ended(tar, "tar"), ended(docker, "docker import")]);
}
