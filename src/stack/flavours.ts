import { icuEnglish, libcEnglish } from "../postgres/flavour.ts";

/** What each mode's Postgres image is set up with. */
export const flavours = { v1: libcEnglish, v2: icuEnglish } as const;
