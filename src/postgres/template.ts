/** Initialised clusters, made once per version and settings and then copied: 0.1 s instead of 2. */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Account, unprivilegedAccount } from "./account.ts";
import { type Binaries, locateBinaries } from "./binaries.ts";
import { cacheDirectory } from "./cache-directory.ts";
import { copyTree } from "./copy.ts";
import { explainFileError, PostgresError } from "./errors.ts";
import type { Flavour } from "./flavour.ts";
import { commonArguments, initialise } from "./initdb.ts";
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

/** The template's directory, for the first of the flavour's locales that this system has. */
async function clusterTemplate(recipe: ClusterRecipe): Promise<string> {
  const binaries = await locateBinaries();
  const account = unprivilegedAccount();
  const parent = join(cacheDirectory(account), "clusters");
  try {
    mkdirSync(parent, { recursive: true, mode: 0o755 });
    for (const locale of recipe.flavour.localeArguments) {
      const template = join(parent, recipeKey(locale, recipe, binaries));
      if (await ensureTemplate(template, locale, recipe, binaries, account)) return template;
    }
  } catch (error) {
    throw explainFileError(error, parent, "make a Postgres template in");
  }
  throw new PostgresError("INITDB_FAILED", {
    what: "A new Postgres cluster could not be initialised.",
    why: `This system has none of the locales it could use (${recipe.flavour.name}).`,
    next: "Install a UTF-8 locale: C.UTF-8 or en_US.UTF-8.",
  });
}

/** False when the system lacks the locale. Builders that run at the same time each build; the first to finish wins. */
async function ensureTemplate(
  template: string,
  locale: readonly string[],
  recipe: ClusterRecipe,
  binaries: Binaries,
  account: Account | undefined,
): Promise<boolean> {
  // initdb takes a moment to find out; a marker spares the next time.
  const unavailable = `${template}.no-locale`;
  if (existsSync(template)) {
    const now = new Date();
    await utimes(template, now, now).catch(() => {});
    return true;
  }
  if (existsSync(unavailable)) return false;
  await removeLeftovers(dirname(template));
  const draft = `${template}.${randomUUID()}.tmp`;
  try {
    if (!(await build(draft, locale, recipe, binaries, account))) {
      writeFileSync(unavailable, "");
      return false;
    }
    await rename(draft, template);
  } catch (error) {
    if (!existsSync(template)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return true;
}

async function build(
  draft: string,
  locale: readonly string[],
  recipe: ClusterRecipe,
  binaries: Binaries,
  account: Account | undefined,
): Promise<boolean> {
  if (!(await initialise(draft, locale, binaries, account))) return false;
  if (recipe.bootstrap === undefined) return true;
  const cluster = await startServer({ dataDirectory: draft, durability: "throw-away" }, binaries, account);
  try {
    await recipe.bootstrap.run(cluster);
  } finally {
    // Fast, not immediate: a copy of a cleanly closed cluster needs no recovery when it starts.
    await cluster.stop({ mode: "fast" });
  }
  await rm(join(draft, "server.log"), { force: true });
  return true;
}

function recipeKey(locale: readonly string[], { bootstrap }: ClusterRecipe, binaries: Binaries): string {
  const facts = [binaries.version, process.arch, ...commonArguments, ...locale, bootstrap?.key ?? ""];
  const digest = createHash("sha256").update(facts.join("\0")).digest("hex").slice(0, 16);
  return `${binaries.version}-${digest}`;
}

/** Milliseconds. A draft this old has lost its builder; a template this long unused belongs to an old version. */
const DRAFT_AGE = 3_600_000;
const TEMPLATE_AGE = 30 * 24 * 3_600_000;

async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    const touched = await stat(path).catch(() => undefined);
    const limit = name.endsWith(".tmp") ? DRAFT_AGE : TEMPLATE_AGE;
    if (touched !== undefined && Date.now() - touched.mtimeMs > limit) await rm(path, { recursive: true, force: true });
  }
}
