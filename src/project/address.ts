/** Where a project answers: the host forms of the platform and the Service URL printed everywhere. */
import type { ProjectIdentity } from "./identity.ts";

/** The emulator's base domain; `*.localhost` resolves to loopback in browsers and in most resolvers. */
const DEFAULT_BASE_DOMAIN = "flux.localhost";

type Named = Pick<ProjectIdentity, "slug" | "hash">;

export interface ProjectHosts {
  /** Canonical; what every tool prints. */
  readonly flat: string;
  /** Legacy; the v2 gateway and the v1 edge both accept it. */
  readonly dotted: string;
  /** Legacy; only the v2 gateway accepts it. */
  readonly slugHash: string;
}

export function projectHosts(project: Named, baseDomain: string = DEFAULT_BASE_DOMAIN): ProjectHosts {
  const { slug, hash } = project;
  return {
    flat: `api--${slug}--${hash}.${baseDomain}`,
    dotted: `api.${slug}.${hash}.${baseDomain}`,
    slugHash: `${slug}-${hash}.${baseDomain}`,
  };
}

/** The canonical URL without a trailing slash; the port is left out where it is HTTP's own. */
export function serviceUrl(project: Named, { baseDomain, port }: { baseDomain?: string; port: number }): string {
  return `http://${projectHosts(project, baseDomain).flat}${port === 80 ? "" : `:${port}`}`;
}

const HOSTNAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/**
 * A custom domain as the catalog stores it: lower case, no port. Throws with the platform's texts for a malformed name
 * and for one that looks like an address of the platform itself.
 */
export function customHostname(text: string, baseDomain: string = DEFAULT_BASE_DOMAIN): string {
  const host = text.trim().toLowerCase().replace(/:\d+$/, "");
  if (!HOSTNAME.test(host)) throw new Error("hostname is invalid.");
  const managed = host.endsWith(`.${baseDomain}`) && /^api(--|\.)/.test(host);
  if (managed) {
    throw new Error("Cannot claim Flux-managed platform hostnames (api--slug--hash or legacy API subdomains).");
  }
  return host;
}
