import { icuEnglish, libcEnglish } from "../postgres/flavour.ts";
import type { ModeName } from "../project/mode/types.ts";

/** What each mode's Postgres image is set up with. */
export const flavours = { v1: libcEnglish, v2: icuEnglish } as const;

/** What the image's initdb must be told for that: its own locale is the C library's English, as v1 has it. */
export const imageInitdbArguments: Readonly<Record<ModeName, readonly string[]>> = {
  v1: [],
  v2: icuEnglish.localeArguments[0]!,
};
