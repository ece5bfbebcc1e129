import type { ModeName } from "../project/mode/types.ts";
import type { Source } from "./ground/source.ts";

/** A database as it was at a moment. Good as long as the `startFlux` it came from runs. */
export interface Snapshot {
  readonly mode: ModeName;
  readonly source: Source;
}
