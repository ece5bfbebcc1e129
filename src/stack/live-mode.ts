/** One mode at work, whatever its database stands on. */
import type { AppliedFile } from "../database/apply.ts";
import type { RemoteUpstream, Upstream } from "../gateway/types.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { Project } from "../project/project.ts";
import type { Clock } from "../time/clock.ts";
import type { EmbeddedPostgrest, ReadPostgrest } from "./engine.ts";

export interface LiveMode {
  readonly mode: ModeName;
  /** For people: where its servers come from. */
  readonly about: { readonly postgres: string; readonly postgrest: string };
  /** Its PostgREST is flux-dev's own, and reads this process's clock. */
  readonly builtIn: boolean;
  /** The mode's PostgREST. */
  readonly upstream: Upstream | RemoteUpstream;
  /** Superuser URL of the project's database. */
  readonly databaseUrl: string;
  /** What its PostgREST has read; undefined where that is not flux-dev's own, or could not ask yet. */
  readonly read: ReadPostgrest | undefined;
  /** Rejects when its PostgREST is somebody else's and on another database. */
  serves?(): Promise<void>;
  /** A built-in PostgREST of its own on the same database, with that clock: whatever is asked of it, nothing remains. Close it. */
  rehearse(clock: Clock): Promise<EmbeddedPostgrest>;
  /** PostgREST reads its schema cache again; resolves when it has. */
  reload(): Promise<void>;
  /** The database as the project's files make it. */
  reset(project: Project): Promise<readonly AppliedFile[]>;
  stop(): Promise<void>;
}
