// Images for machines that reach no registry, each named as what it is: the embedded Postgres in place of the official
// image, this project's own engine in place of PostgREST. `node scripts/ci/stand-ins.mjs [name …]` makes all or some of
// them on the engine that DOCKER_HOST names. The build must be there.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { importImage } from "./image.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const here = (file) => readFileSync(new URL(file, import.meta.url), "utf8");
const tools = (...names) => names.map((name) => `/bin/${name}`);

const POSTGRES = "flux-dev-standin/postgres:16-embedded";
const POSTGREST = "flux-dev-standin/postgrest:12.2.12";
const OLDER_POSTGREST = "flux-dev-standin/postgrest:12.0.2";
const NODE = "flux-dev-standin/node:20-debian";

/** What the tests of the Docker parts run; the keys are those of test/support/global-docker.ts. */
export const testImages = {
  postgresV2: POSTGRES,
  postgresV1: POSTGRES,
  postgrestV2: POSTGREST,
  postgrestV1: OLDER_POSTGREST,
};

const builders = {
  [POSTGRES]: buildPostgres,
  [NODE]: buildNode,
  [POSTGREST]: buildPostgrest,
  [OLDER_POSTGREST]: buildOlderPostgrest,
  "flux-dev-standin/flux-dev:latest": buildFluxDev,
};

/** Makes the named ones, in the order of the table above. */
export async function buildStandIns(names = Object.keys(builders)) {
  for (const [name, build] of Object.entries(builders)) {
    if (!names.includes(name)) continue;
    const start = Date.now();
    await build(name);
    console.log(`image ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  }
}

async function buildPostgres(name) {
  const { locateBinaries } = await import(new URL("../../dist/postgres/binaries.js", import.meta.url));
  const { postgres } = await locateBinaries();
  const native = dirname(dirname(postgres));
  await importImage(name, {
    programs: [
      ...tools("sh", "mkdir", "chown", "chmod", "rm", "sed", "setpriv"),
      ...["initdb", "postgres"].map((program) => join(native, "bin", program)),
    ],
    trees: [
      { from: native, to: "/opt/postgres" },
      { from: "/usr/lib/locale/C.utf8", to: "/usr/lib/locale/C.utf8" },
    ],
    files: {
      "usr/local/bin/entry": [here("postgres-entry.sh"), 0o755],
      // The original asks the server; this one reads what the server says about itself.
      "usr/local/bin/pg_isready": [`#!/bin/sh\n[ "$(sed -n '8s/ *$//p' "$PGDATA/postmaster.pid")" = ready ]\n`, 0o755],
    },
    changes: [
      'ENTRYPOINT ["/usr/local/bin/entry"]',
      'CMD ["postgres"]',
      "ENV LANG=C.UTF-8 PATH=/opt/postgres/bin:/usr/local/bin:/usr/bin:/bin PGDATA=/var/lib/postgresql/data",
      "EXPOSE 5432",
      "VOLUME /var/lib/postgresql/data",
    ],
  });
}

async function buildNode(name) {
  const npm = dirname(dirname(realpathSync(spawnSync("which", ["npm"], { encoding: "utf8" }).stdout.trim())));
  await importImage(name, {
    programs: [process.execPath, ...tools("sh", "env", "rm", "mkdir", "chmod", "cat")],
    trees: [{ from: npm, to: "/opt/npm" }],
    files: { "usr/local/bin/npm": ['#!/bin/sh\nexec node /opt/npm/bin/npm-cli.js "$@"\n', 0o755] },
    changes: [`ENV LANG=C.UTF-8 PATH=/usr/local/bin:${dirname(process.execPath)}:/usr/bin:/bin`],
  });
}

/** The build and what it imports, without an installation. */
function buildPostgrest(name) {
  inDirectory((context) => {
    copyPackage(context, ["dist", "package.json"]);
    const dockerfile = [`FROM ${NODE}`, "COPY . /opt/flux-dev", "USER 1000:1000", entrypoint("12.2"), "EXPOSE 3000"];
    writeFileSync(join(context, "Dockerfile"), dockerfile.join("\n"));
    dockerBuild(name, context);
  });
}

function buildOlderPostgrest(name) {
  inDirectory((context) => {
    writeFileSync(join(context, "Dockerfile"), [`FROM ${POSTGREST}`, entrypoint("12.0")].join("\n"));
    dockerBuild(name, context);
  });
}

const entrypoint = (version) =>
  `ENTRYPOINT ["node", "/opt/flux-dev/dist/cli/main.js", "postgrest", "--postgrest-version", "${version}"]`;

/** The packed package with its dependencies inside, so that installing it needs no registry; built by compose/Dockerfile. */
function buildFluxDev(name) {
  inDirectory((work) => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    copyPackage(work, manifest.files);
    writeFileSync(join(work, "package.json"), JSON.stringify({ ...manifest, scripts: {}, bundleDependencies: true }));
    sh("npm", ["pack", "--silent", "--ignore-scripts"], work);
    const packed = readdirSync(work).find((file) => file.endsWith(".tgz"));
    const context = join(work, "context");
    mkdirSync(context);
    cpSync(join(work, packed), join(context, "flux-dev.tgz"));
    cpSync(join(root, "compose", "Dockerfile"), join(context, "Dockerfile"));
    dockerBuild(name, context, "--build-arg", `NODE_IMAGE=${NODE}`);
  });
}

function inDirectory(work) {
  const directory = mkdtempSync(join(tmpdir(), "flux-dev-stand-in-"));
  try {
    work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Parts of the package and every module that a user of it gets, but not the platform's Postgres: containers bring theirs. */
function copyPackage(target, parts) {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const isWanted = ([path, { dev, optional, peer, devOptional }]) =>
    path !== "" && !dev && !optional && !peer && !devOptional;
  const modules = Object.entries(packages).filter(isWanted);
  for (const path of [...parts, ...modules.map(([path]) => path)]) {
    if (!existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(target, path)), { recursive: true });
    // Modules inside modules are listed themselves.
    const filter = (source) => !/\/node_modules$/.test(source.slice(join(root, path).length));
    cpSync(join(root, path), join(target, path), { recursive: true, filter });
  }
}

function dockerBuild(name, context, ...options) {
  sh("docker", ["build", "--quiet", "--network=none", ...options, "--tag", name, context], root);
}

function sh(command, args, cwd) {
  // The newer builder is a plugin of its own that not every machine has.
  const env = { ...process.env, DOCKER_BUILDKIT: "0" };
  const done = spawnSync(command, args, { cwd, env, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${done.stdout}${done.stderr}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildStandIns(process.argv.length > 2 ? process.argv.slice(2) : undefined);
}
