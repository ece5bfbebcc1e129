/** What `doctor` looks at. Each check says what it found; none of them changes anything but the cache. */
import { spawnSync } from "node:child_process";
import { lookup } from "node:dns/promises";
import { accessSync, constants, existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { withClient } from "../postgres/admin.ts";
import { cacheDirectory } from "../postgres/cache-directory.ts";
import { projectHosts } from "../project/address.ts";
import { DEMO_DIRECTORY, loadProject } from "../project/project.ts";
import { findStack } from "../stack/control/client.ts";
import { placesIn } from "../stack/places.ts";
import { explain } from "./errors.ts";

export interface CheckResult {
  readonly name: string;
  /** INFO: not available, and nothing here asks for it. */
  readonly verdict: "PASS" | "INFO" | "WARN" | "FAIL";
  readonly text: string;
  readonly next?: string;
}

type Finding = Omit<CheckResult, "name">;
type Check = (directory: string) => Finding | Promise<Finding>;

const pass = (text: string): Finding => ({ verdict: "PASS", text });
const warn = (text: string, next?: string): Finding => ({
  verdict: "WARN",
  text,
  ...(next === undefined ? {} : { next }),
});

/** Bytes below which a first start may fail: binaries, template, two clusters. */
const NEEDED_SPACE = 500_000_000;

const checks: Readonly<Record<string, Check>> = {
  "Node.js": () => pass(`${process.versions.node} on ${process.platform} ${process.arch}`),
  Project: async (directory) => {
    const project = await loadProject(directory);
    if (project.demo) return warn("no flux.json here: the demo project would run", project.notes[0]);
    const files = project.migrations.flatMap((target) => target.files).length;
    return pass(
      `${project.identity.slug} (${project.identity.hash}), ${project.mode}, ${files} SQL files, ${project.users.length} users`,
    );
  },
  Directory: (directory) => {
    const { root } = placesIn(directory);
    accessSync(existsSync(root) ? root : directory, constants.W_OK);
    return pass(`${root} can be written`);
  },
  "Disk space": async (directory) => {
    const { bavail, bsize } = await statfs(directory);
    const free = `${((bavail * bsize) / 1e9).toFixed(1)} GB free`;
    return bavail * bsize < NEEDED_SPACE
      ? warn(free, "Free some space; a first start takes up to 500 MB.")
      : pass(free);
  },
  Cache: () => pass(cacheDirectory()),
  "Host names": async (directory) => {
    const { identity, config } = await loadProject(directory);
    const host = projectHosts(identity, config.baseDomain).flat;
    const address = await lookup(host, 4).then(
      (found) => found.address,
      () => undefined,
    );
    if (address?.startsWith("127.")) return pass(`${host} leads to ${address}`);
    return warn(
      `${host} does not lead to this machine`,
      "Browsers and curl know names below localhost by themselves; other programs use the address by number, which flux-dev env prints.",
    );
  },
  psql: () => {
    const { status, stdout } = spawnSync("psql", ["--version"], { encoding: "utf8" });
    return status === 0 ? pass(stdout.trim()) : warn("not installed: flux-dev psql uses a small prompt of its own");
  },
  Stack: async (directory) => {
    const stack = findStack(directory);
    if (stack === undefined) return pass("not running");
    const info = await stack.call("info");
    // v1's edge has no health path of its own.
    const { status } = await fetch(info.mode === "v2" ? `${info.directUrl}/health/deep` : info.postgrestUrl);
    await withClient(info.databaseUrl, (client) => client.query("select 1"));
    const { postgres, postgrest } = info.servers;
    return pass(
      `running as process ${info.pid} on ${info.serviceUrl} (${info.mode} answers ${status}; Postgres ${postgres}, PostgREST ${postgrest})`,
    );
  },
};

export async function runChecks(directory: string, onCheck: (text: string) => void): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const [name, check] of Object.entries(checks)) {
    onCheck(`Checking ${name}`);
    results.push({ name, ...(await find(check, directory)) });
  }
  return [...results, ...(await lookAtParts(directory, onCheck))];
}

/** A project that cannot be read has its own line; the parts are there or not without it. */
async function lookAtParts(directory: string, onCheck: (text: string) => void): Promise<CheckResult[]> {
  const project = await loadProject(directory).catch(() => loadProject(DEMO_DIRECTORY));
  const { partsOf } = await import("./parts.ts");
  const results: CheckResult[] = [];
  for (const { name, wantedBy, look } of partsOf({ directory, project })) {
    onCheck(`Checking ${name}`);
    const found = await find(async () => pass(await look()), directory);
    results.push({ name, ...(found.verdict === "FAIL" && wantedBy.length === 0 ? unneeded(found) : found) });
  }
  return results;
}

const unneeded = ({ text, next }: Finding): Finding => ({
  verdict: "INFO",
  text: `not available: ${text}`,
  ...(next === undefined ? {} : { next }),
});

async function find(check: Check, directory: string): Promise<Finding> {
  try {
    return await check(directory);
  } catch (error) {
    const { what, why, next } = explain(error) ?? { what: String(error) };
    return { verdict: "FAIL", text: why === undefined ? what : `${what} ${why}`, ...(next ? { next } : {}) };
  }
}
