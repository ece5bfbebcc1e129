/** What every part of the identity provider works with. */
import type { Clock } from "../time/clock.ts";
import type { Instance } from "./keys.ts";
import type { Store } from "./store/store.ts";

export interface IdpContext {
  readonly instance: Instance;
  readonly store: Store;
  readonly clock: Clock;
  /** The Flux project's secret of this moment; it may change with the mode. */
  readonly projectSecret: () => string;
  /** Folders whose `node_modules` may hold Clerk's browser packages, first match wins. */
  readonly scriptRoots: readonly string[];
}
