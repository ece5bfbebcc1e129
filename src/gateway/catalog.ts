/** A catalog in memory: the emulator's own, and the place where a test or a command sets a project's state. */
import type { Catalog, CatalogEntry } from "./types.ts";

export class MemoryCatalog implements Catalog {
  readonly #entries = new Map<string, CatalogEntry>();
  readonly #domains = new Map<string, string>();
  #local: string | undefined;

  /** Adds the project or takes the place of the one with its id. Domains are lower case and without port. */
  set(entry: CatalogEntry, domains: readonly string[] = []): void {
    this.#entries.set(entry.projectId, entry);
    for (const domain of domains) this.#domains.set(domain, entry.projectId);
  }

  /** Changes some fields of a project, its lifecycle say; false when there is no such project. */
  update(projectId: string, change: Partial<Omit<CatalogEntry, "projectId">>): boolean {
    const entry = this.#entries.get(projectId);
    if (entry !== undefined) this.#entries.set(projectId, { ...entry, ...change });
    return entry !== undefined;
  }

  remove(projectId: string): void {
    this.#entries.delete(projectId);
  }

  /** The project that plain loopback addresses mean. */
  setLocal(projectId: string): void {
    this.#local = projectId;
  }

  byDomain(host: string): CatalogEntry | null {
    return this.#entry(this.#domains.get(host));
  }

  bySlugAndHash(slug: string, hash: string): CatalogEntry | null {
    for (const entry of this.#entries.values()) if (entry.slug === slug && entry.hash === hash) return entry;
    return null;
  }

  local(): CatalogEntry | null {
    return this.#entry(this.#local);
  }

  async ping(): Promise<void> {}

  #entry(projectId: string | undefined): CatalogEntry | null {
    return (projectId === undefined ? undefined : this.#entries.get(projectId)) ?? null;
  }
}
