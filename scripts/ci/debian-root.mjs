// A container image out of this machine's own Debian files, for places where no registry can be reached: the files of the
// named packages and whatever their programs load. Takes seconds, where debootstrap takes minutes.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const run = (command, args, input) => {
  const done = spawnSync(command, args, { encoding: "utf8", input, maxBuffer: 64_000_000 });
  if (done.status !== 0) throw new Error(`${command} ${args.slice(0, 3).join(" ")} …: ${done.stderr || done.error}`);
  return done.stdout;
};

const noise = /^\/usr\/share\/(doc|man|info|locale|lintian|bug|doc-base)\/|\/llvmjit|\/bitcode\//;

/** Debian 12 keeps /bin, /lib and /sbin as links into /usr, while packages still list the old paths. */
const merged = (path) => path.replace(/^\/(bin|sbin|lib|lib64)(\/|$)/, "/usr/$1$2");

/** Packages that a program needs for anything at all. */
export const BASE = ["base-files", "libc6", "libc-bin", "dash", "coreutils", "sed", "grep", "tzdata"];

function packageFiles(packages) {
  const listed = run("dpkg", ["-L", ...packages]).split("\n");
  return listed.filter((path) => path.startsWith("/") && path !== "/." && !noise.test(path)).map(merged);
}

/** Every library that the programs and modules among the files load, with the links that lead to it. */
function libraries(files) {
  const programs = files.filter((path) => /\/s?bin\/|\.so(\.|$)/.test(path) && isFile(path));
  const { stdout } = spawnSync("ldd", programs, { encoding: "utf8", maxBuffer: 64_000_000 });
  const found = [...stdout.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map((match) => merged(match[1]));
  return [...new Set(found)].flatMap(withLinks);
}

const isFile = (path) => lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;

function withLinks(path) {
  const chain = [path];
  for (let at = path; lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink(); ) {
    at = merged(resolve(dirname(at), readlinkSync(at)));
    chain.push(at);
  }
  return chain;
}

/**
 * `packages` and single `files` of this machine; `extra`: text files of the image by path, `[text, mode]`; `changes`: lines
 * of a Dockerfile such as `ENTRYPOINT […]`.
 */
export async function importImage(name, { packages, files = [], trees = [], extra, changes }) {
  const listed = [...packageFiles([...BASE, ...packages]), ...files.flatMap((path) => withLinks(merged(path)))];
  const all = [...listed, ...libraries(listed), ...withLinks("/etc/localtime")].filter(
    (path) => existsSync(path) || isLink(path),
  );
  const links = ["/bin", "/sbin", "/lib", "/lib64"].filter(isLink);
  const staging = mkdtempSync(join(tmpdir(), "flux-dev-image-"));
  try {
    mkdirSync(join(staging, "tmp"));
    const own = { ...accounts, ...extra };
    for (const [path, [text, mode]] of Object.entries(own)) {
      mkdirSync(dirname(join(staging, path)), { recursive: true });
      writeFileSync(join(staging, path), text, { mode });
    }
    run("chmod", ["1777", join(staging, "tmp")]);
    // The engine refuses an archive that names a path twice, directories too.
    const staged = new Set(["tmp", ...Object.keys(own).flatMap(withParents)]);
    const list = [...new Set([...links, ...all])].map((path) => path.slice(1)).filter((path) => !staged.has(path));
    const args = ["-c", "--no-recursion", "-C", "/", "-T", "-", "--recursion"];
    for (const tree of trees) args.push("-C", "/", tree.slice(1));
    await pipe(
      args.concat("-C", staging, ...[...staged].filter((path) => !path.includes("/"))),
      list.join("\n"),
      name,
      changes,
    );
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

const withParents = (path) => path.split("/").map((_, depth, parts) => parts.slice(0, depth + 1).join("/"));

const isLink = (path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

const accounts = {
  "etc/passwd": [
    "root:x:0:0:root:/root:/bin/sh\npostgres:x:999:999::/var/lib/postgresql:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n",
    0o644,
  ],
  "etc/group": ["root:x:0:\npostgres:x:999:\nnode:x:1000:\n", 0o644],
  "etc/nsswitch.conf": ["passwd: files\ngroup: files\nhosts: files dns\n", 0o644],
};

function pipe(tarArguments, list, name, changes) {
  const tar = spawn("tar", tarArguments, { stdio: ["pipe", "pipe", "inherit"] });
  tar.stdin.end(list);
  const importing = spawn("docker", ["import", ...changes.flatMap((line) => ["--change", line]), "-", name], {
    stdio: [tar.stdout, "ignore", "inherit"],
  });
  return new Promise((done, failed) => {
    importing.once("error", failed);
    importing.once("close", (code) => (code === 0 ? done() : failed(new Error(`docker import ${name} failed`))));
  });
}
