/** Which project a request means, and whether that project takes traffic. */
import { rememberFor } from "../cache/remember.ts";
import type { Answer, Passed } from "./answer.ts";
import { error, passed, refused } from "./answer.ts";
import { type HostNames, isLocalName, type Sought, soughtBy } from "./hosts.ts";
import type { Catalog, CatalogEntry } from "./types.ts";

interface Found {
  readonly entry: CatalogEntry;
  readonly form: HostNames["form"] | "custom" | "local";
}

/** Custom domains come before the host forms; an unreachable catalog looks like an unknown project. */
export async function findProject(
  hostname: string,
  catalog: Catalog,
  baseDomain: string,
): Promise<Passed<CatalogEntry> | Answer> {
  const sought = soughtBy(hostname, baseDomain);
  const { names, evidence } = sought;
  try {
    const found = await lookUp(hostname, names, catalog);
    if (found !== null) return foundAs(found, sought);
  } catch (problem) {
    return notFound("project", "project.catalog-down", { ...evidence, message: String(problem) });
  }
  return names === null ? notFound("host", "host.unknown", evidence) : notFound("project", "project.unknown", evidence);
}

/** What a name means changes with the catalog, so only what it last meant is worth keeping. */
function foundAs({ entry, form }: Found, sought: Sought): Passed<CatalogEntry> {
  const code = `host.${form}`;
  const before = lastFound.get(sought);
  if (before?.value === entry && before.step.code === code) return before;
  const now = passed("host", code, entry, { ...sought.evidence, projectId: entry.projectId });
  lastFound.set(sought, now);
  return now;
}

const lastFound = new WeakMap<Sought, Passed<CatalogEntry>>();

const notFound = (layer: "host" | "project", code: string, evidence: Sought["evidence"]): Answer =>
  refused(layer, code, error(404, "tenant not found"), evidence);

async function lookUp(hostname: string, names: HostNames | null, catalog: Catalog): Promise<Found | null> {
  const custom = await catalog.byDomain(hostname);
  if (custom !== null) return { entry: custom, form: "custom" };
  if (names !== null) {
    const entry = await catalog.bySlugAndHash(names.slug, names.hash);
    if (entry !== null) return { entry, form: names.form };
  }
  const local = isLocalName(hostname) ? await catalog.local() : null;
  return local === null ? null : { entry: local, form: "local" };
}

/** Mode, then migration, then lifecycle: a project that is migrating and archived is migrating. */
export const checkState = rememberFor((entry: CatalogEntry): Passed<CatalogEntry> | Answer => {
  const { projectId, slug, hash, mode, lifecycle, migrationStatus } = entry;
  const evidence = { projectId, slug, hash, mode, lifecycle, migrationStatus };
  if (mode !== "v2_shared") {
    const message = `project mode "${mode}" is not routed through this gateway`;
    return { ...refused("project", "project.mode", error(502, message), evidence), project: entry };
  }
  if (migrationStatus === "migrating") {
    const response = error(503, "project is migrating; try again later");
    return { ...refused("project", "project.migrating", response, evidence), project: entry };
  }
  if (lifecycle === "dormant" || lifecycle === "archived") {
    const response = error(503, `project is ${lifecycle}; wake the project to resume API traffic`);
    return { ...refused("project", `project.${lifecycle}`, response, evidence), project: entry };
  }
  return passed("project", "project.active", entry, evidence);
});
