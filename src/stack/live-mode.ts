/** One mode at work, whatever its database stands on. */
import type { AppliedFile } from "../database/apply.ts";
import type { RemoteUpstream, Upstream } from "../gateway/types.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { Project } from "../project/project.ts";

export interface LiveMode {
  readonly mode: ModeName;
  /** For people: where its servers come from. Undefined: both are flux-dev's own. */
  readonly about?: { readonly postgres: string; readonly postgrest: string } | undefined;
  /** The mode's PostgREST. */
  readonly upstream: Upstream | RemoteUpstream;
  /** Superuser URL of the project's database. */
  readonly databaseUrl: string;
  /** PostgREST reads its schema cache again; resolves when it has. */
  reload(): Promise<void>;
  /** The database as the project's files make it. */
  reset(project: Project): Promise<readonly AppliedFile[]>;
  stop(): Promise<void>;
}
