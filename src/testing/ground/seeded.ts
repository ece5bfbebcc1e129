/** A seeded template in words that another process understands. */
import type { IdpSnapshot } from "../../idp/store/store.ts";
import type { ModeName } from "../../project/mode/types.ts";
import type { StackState } from "../../stack/state.ts";
import type { ServerAddress } from "./databases.ts";

/** A template as it can be told to another process. */
export interface SeededTemplate {
  readonly mode: ModeName;
  readonly server: ServerAddress;
  /** Sealed: nobody can connect to it, so it can be copied at any time. */
  readonly database: string;
  readonly state: SharedState;
}

/** The same for all forks of a project: a token of one is good for the other. */
export interface SharedState extends Pick<StackState, "secrets" | "idpKeys"> {
  /** The users, with their passwords hashed once for all. */
  readonly idp: IdpSnapshot;
}
