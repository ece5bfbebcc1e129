/** The library links that the platform package lists instead of shipping them (npm packages cannot hold links). */
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { systemCode } from "./errors.ts";

interface Link {
  /** The file there is, relative to the package. */
  readonly source: string;
  /** The link to make, relative to the package. */
  readonly target: string;
}

/**
 * Makes the missing links below `native`. Safe to repeat and to run from several processes at once: a link appears whole
 * or not at all, and one that exists is left alone. Throws the system's error where it may not write.
 */
export function makeLibraryLinks(native: string): void {
  for (const { source, target } of readLinks(native)) {
    // The list says `native/lib/…`; a copy in the cache has another name than `native`.
    const link = join(native, relative("native", target));
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      if (systemCode(error) !== "EEXIST") throw error;
    }
  }
}

function readLinks(native: string): Link[] {
  try {
    return JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as Link[];
  } catch (error) {
    // Windows has no list: its libraries need no links.
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}
