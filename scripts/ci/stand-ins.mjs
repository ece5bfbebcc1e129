// Images for machines that reach no registry, each named as what it is: Debian's Postgres in place of the official image,
// this project's own engine in place of PostgREST. DOCKER_HOST says which engine gets them.
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
import { importImage } from "./debian-root.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const here = (file) => readFileSync(new URL(file, import.meta.url), "utf8");

const steps = {
  "flux-dev-standin/postgres:15-debian": (name) =>
    importImage(name, {
      packages: ["postgresql-15", "postgresql-client-15"],
      files: ["/usr/bin/setpriv"],
      extra: { "usr/local/bin/entry": [here("postgres-entry.sh"), 0o755] },
      changes: [
        'ENTRYPOINT ["/usr/local/bin/entry"]',
        'CMD ["postgres"]',
        "ENV LANG=C.UTF-8 PATH=/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin:/bin PGDATA=/var/lib/postgresql/data",
        "EXPOSE 5432",
        "VOLUME /var/lib/postgresql/data",
      ],
    }),
  "flux-dev-standin/node:20-debian": (name) => {
    const npm = dirname(dirname(realpathSync(spawnSync("which", ["npm"], { encoding: "utf8" }).stdout.trim())));
    return importImage(name, {
      packages: [],
      files: [process.execPath],
      trees: [npm],
      extra: { "usr/local/bin/npm": [`#!/bin/sh\nexec node ${npm}/bin/npm-cli.js "$@"\n`, 0o755] },
      changes: [`ENV LANG=C.UTF-8 PATH=/usr/local/bin:${dirname(process.execPath)}:/usr/bin:/bin`],
    });
  },
  "flux-dev-standin/flux-dev:latest": buildFluxDev,
  "flux-dev-standin/postgrest:12.2.12": (name) => buildPostgrest(name, "12.2"),
  "flux-dev-standin/postgrest:12.0.2": (name) => buildPostgrest(name, "12.0"),
};

for (const [name, step] of Object.entries(steps)) {
  const start = Date.now();
  await step(name);
  console.log(`image ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
}

/** The packed package with its dependencies inside, so that installing it needs no registry; built by compose/Dockerfile. */
function buildFluxDev(name) {
  const work = mkdtempSync(join(tmpdir(), "flux-dev-pack-"));
  try {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    writeFileSync(join(work, "package.json"), JSON.stringify({ ...manifest, scripts: {}, bundleDependencies: true }));
    for (const file of manifest.files)
      if (existsSync(join(root, file))) cpSync(join(root, file), join(work, file), { recursive: true });
    for (const path of productionModules()) {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      cpSync(join(root, path), join(work, path), {
        recursive: true,
        filter: (source) => !/\/node_modules$/.test(source.slice(join(root, path).length)),
      });
    }
    sh("npm", ["pack", "--silent", "--ignore-scripts"], work);
    const packed = readdirSync(work).find((file) => file.endsWith(".tgz"));
    mkdirSync(join(work, "context"));
    cpSync(join(work, packed), join(work, "context", "flux-dev.tgz"));
    cpSync(join(root, "compose", "Dockerfile"), join(work, "context", "Dockerfile"));
    const base = "flux-dev-standin/node:20-debian";
    sh(
      "docker",
      ["build", "--quiet", "--network=none", "--build-arg", `NODE_IMAGE=${base}`, "--tag", name, "context"],
      work,
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Paths of everything that a user of the package gets, without the platform's Postgres: containers bring their own. */
function productionModules() {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const isWanted = ([path, { dev, optional, peer, devOptional }]) =>
    path !== "" && !dev && !optional && !peer && !devOptional && existsSync(join(root, path));
  return Object.entries(packages)
    .filter(isWanted)
    .map(([path]) => path);
}

function buildPostgrest(name, version) {
  const dockerfile = [
    "FROM flux-dev-standin/flux-dev:latest",
    `ENTRYPOINT ["flux-dev", "postgrest", "--postgrest-version", "${version}"]`,
    "CMD []",
    "EXPOSE 3000",
  ].join("\n");
  sh("docker", ["build", "--quiet", "--network=none", "--tag", name, "-"], root, dockerfile);
}

function sh(command, args, cwd, input) {
  const env = { ...process.env, DOCKER_BUILDKIT: "0" };
  const done = spawnSync(command, args, { cwd, env, input, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${done.stdout}${done.stderr}`);
}
