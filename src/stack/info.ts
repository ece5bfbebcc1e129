/** What a running stack is known by: everything an app, a script or a person needs to reach it. */
import type { CatalogMode, ModeName } from "../project/mode/types.ts";

export interface StackInfo {
  readonly slug: string;
  readonly hash: string;
  readonly mode: ModeName;
  readonly catalogMode: CatalogMode;
  readonly projectId: string;
  /** The platform's form of the address, `http://api--<slug>--<hash>.<base>:<port>`. */
  readonly serviceUrl: string;
  /** The same by number, for where `*.localhost` does not resolve. */
  readonly directUrl: string;
  /** Whichever of the two works for programs on this machine. */
  readonly appUrl: string;
  readonly apiSchema: string;
  /** Signs the app's tokens; text, not base64. */
  readonly jwtSecret: string;
  /** v1 only. */
  readonly anonKey: string | null;
  /** v1 only. */
  readonly serviceRoleKey: string | null;
  /** Superuser. */
  readonly databaseUrl: string;
  /** For people: where the live mode's servers come from. */
  readonly servers: { readonly postgres: string; readonly postgrest: string };
  /** PostgREST without the edge in front. */
  readonly postgrestUrl: string;
  readonly idpUrl: string;
  readonly pid: number;
  /** The project's directory; the demo runs from wherever it was started. */
  readonly directory: string;
  readonly demo: boolean;
  readonly strict: boolean;
  /** Names in the users file. */
  readonly users: readonly string[];
}
