/** The two modes by name, and the names users may type for them. */
import type { CatalogMode, Mode, ModeName } from "./types.ts";
import { v1 } from "./v1.ts";
import { v2 } from "./v2.ts";

export const modes: Readonly<Record<ModeName, Mode>> = { v1, v2 };

/** What the platform gives a new project on every plan. */
export const DEFAULT_MODE: ModeName = "v2";

const NAMES: Readonly<Record<string, ModeName>> = {
  v1: "v1",
  v1_dedicated: "v1",
  v2: "v2",
  v2_shared: "v2",
} satisfies Record<ModeName | CatalogMode, ModeName>;

/** `v1`, `v2` or the catalog's names, any case; throws for anything else. */
export function modeNamed(text: string): ModeName {
  const name = Object.hasOwn(NAMES, text.toLowerCase()) ? NAMES[text.toLowerCase()] : undefined;
  if (name === undefined) throw new Error(`Unknown mode "${text}". Use v1 (v1_dedicated) or v2 (v2_shared).`);
  return name;
}
