/** From the project's files and secrets to what the gateway is told. Pure. */
import { MemoryCatalog } from "../gateway/catalog.ts";
import type { CatalogEntry, GatewayConfig } from "../gateway/types.ts";
import { customHostname } from "../project/address.ts";
import { modes } from "../project/mode/mode.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { Project } from "../project/project.ts";
import type { ProjectSecrets } from "../project/secrets.ts";

export function gatewayConfig(project: Project, secrets: ProjectSecrets, strict: boolean): GatewayConfig {
  const { baseDomain, cors, limits } = project.config;
  return {
    baseDomain,
    poolSecret: secrets.pool,
    strict,
    ...(limits.upstreamTimeoutMs === undefined ? {} : { upstreamTimeoutMs: limits.upstreamTimeoutMs }),
    ...(limits.socketTimeoutMs === undefined ? {} : { socketTimeoutMs: limits.socketTimeoutMs }),
    ...(limits.inflight === undefined ? {} : { maxInflight: limits.inflight }),
    // Absent unless asked for: the platform counts requests only where Redis is configured.
    ...(limits.rate ? { rateLimit: { limit: limits.rate.requests, windowSeconds: limits.rate.windowSeconds } } : {}),
    ...(limits.blockBots
      ? { blockBots: typeof limits.blockBots === "string" ? { pattern: limits.blockBots } : {} }
      : {}),
    extraOrigins: cors.origins,
  };
}

/** A catalog that knows this one project, which plain loopback addresses mean as well. */
export function projectCatalog(project: Project, secrets: ProjectSecrets, mode: ModeName): MemoryCatalog {
  const { id, slug, hash } = project.identity;
  const { baseDomain, domains, audience } = project.config;
  const catalog = new MemoryCatalog();
  const entry: CatalogEntry = {
    projectId: id,
    slug,
    hash,
    ...(audience === undefined ? {} : { audience }),
    ...entryFor(mode, secrets),
  };
  catalog.set(
    entry,
    domains.map((domain) => customHostname(domain, baseDomain)),
  );
  catalog.setLocal(id);
  return catalog;
}

export const projectStates = ["active", "dormant", "archived", "migrating", "no-secret"] as const;

/** What the platform may have done to a project. */
export type ProjectState = (typeof projectStates)[number];

/** What changes in the catalog with the project's mode or its state. */
export function entryFor(
  mode: ModeName,
  secrets: ProjectSecrets,
  state: ProjectState = "active",
): Pick<CatalogEntry, "mode" | "jwtSecret" | "lifecycle" | "migrationStatus"> {
  return {
    mode: modes[mode].catalogName,
    jwtSecret: state === "no-secret" ? null : secrets.project[mode],
    lifecycle: state === "dormant" || state === "archived" ? state : "active",
    migrationStatus: state === "migrating" ? state : null,
  };
}
