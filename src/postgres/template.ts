/** Initialised clusters, made once per version and settings and then copied: 0.1 s instead of 2. */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Account, unprivilegedAccount } from "./account.ts";
import { type Binaries, locateBinaries } from "./binaries.ts";
import { cacheDirectory } from "./cache-directory.ts";
import { copyTree } from "./copy.ts";
import { explainFileError } from "./errors.ts";
import type { Flavour } from "./flavour.ts";
import { initialise, initialiseArguments } from "./initdb.ts";
import { type RunningCluster, startServer } from "./server.ts";

/** SQL that every copy of the template should already hold. */
export interface Bootstrap {
  /** Changes whenever `run` would do something else: a hash of its SQL, say. */
  readonly key: string;
  run(cluster: RunningCluster): Promise<void>;
}

export interface ClusterRecipe {
  readonly flavour: Flavour;
  readonly bootstrap?: Bootstrap | undefined;
}

/**
 * Makes a cluster at `dataDirectory`, which must not exist, from the cached template; makes the template first if this is
 * the first time. The directory appears whole or not at all.
 */
export async function createCluster(dataDirectory: string, recipe: ClusterRecipe): Promise<void> {
  const account = unprivilegedAccount(dirname(dataDirectory));
  const template = await clusterTemplate(recipe);
  const draft = `${dataDirectory}.${randomUUID()}.tmp`;
  try {
    await copyTree(template, draft, { account, directoryMode: 0o700 });
    await rename(draft, dataDirectory);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw explainFileError(error, dataDirectory, "make a Postgres cluster in");
  }
}

/** The template's directory. Builders that run at the same time each build their own; the first to finish wins. */
async function clusterTemplate(recipe: ClusterRecipe): Promise<string> {
  const binaries = await locateBinaries();
  const account = unprivilegedAccount();
  const parent = join(cacheDirectory(account), "clusters");
  const template = join(parent, `${recipe.flavour.name}-${recipeKey(recipe, binaries)}`);
  if (existsSync(template)) return template;
  try {
    mkdirSync(parent, { recursive: true, mode: 0o755 });
    await removeLeftovers(parent);
    const draft = `${template}.${randomUUID()}.tmp`;
    try {
      await build(draft, recipe, binaries, account);
      await rename(draft, template);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  } catch (error) {
    if (!existsSync(template)) throw explainFileError(error, parent, "make a Postgres template in");
  }
  return template;
}

async function build(draft: string, recipe: ClusterRecipe, binaries: Binaries, account: Account | undefined) {
  await initialise(draft, recipe.flavour, binaries, account);
  if (recipe.bootstrap === undefined) return;
  const cluster = await startServer({ dataDirectory: draft, durability: "throw-away" }, binaries, account);
  try {
    await recipe.bootstrap.run(cluster);
  } finally {
    // Fast, not immediate: a copy of a cleanly closed cluster needs no recovery when it starts.
    await cluster.stop({ mode: "fast" });
  }
  await rm(join(draft, "server.log"), { force: true });
}

function recipeKey({ flavour, bootstrap }: ClusterRecipe, binaries: Binaries): string {
  const facts = [binaries.version, process.arch, ...initialiseArguments(flavour), bootstrap?.key ?? ""];
  return createHash("sha256").update(facts.join("\0")).digest("hex").slice(0, 16);
}

const anHour = 3_600_000;

/** Drafts whose builder was killed. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!basename(name).endsWith(".tmp")) continue;
    const path = join(parent, name);
    const made = await stat(path).catch(() => undefined);
    if (made !== undefined && Date.now() - made.mtimeMs > anHour) await rm(path, { recursive: true, force: true });
  }
}
