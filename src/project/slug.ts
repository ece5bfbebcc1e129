/** Slug and hash: the two names every address of a project is made of. */
import { createHash } from "node:crypto";

const SEVEN_HEX = /^[0-9a-f]{7}$/;

/** The hash that project templates carry before `flux init` writes the real one. */
export const PLACEHOLDER_HASH = "REPLACE_AFTER_FLUX_INIT";

/** What the placeholder stands for locally: derived from the slug, so that addresses stay the same from start to start. */
export function localHash(slug: string): string {
  return createHash("sha256").update(slug).digest("hex").slice(0, 7);
}

/** A name as a slug: lower case, everything outside a-z and 0-9 becomes single hyphens. Throws when nothing is left. */
export function slugFrom(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  if (slug === "") throw new Error(`Invalid project name "${name}": use letters, numbers, or separators`);
  return slug;
}

/** The platform takes only slugs that are already in their final form; throws with its text otherwise. */
export function assertSlug(slug: string): void {
  const expected = slugFrom(slug);
  if (expected !== slug) throw new Error(`slug must already be normalized (expected "${expected}", got "${slug}").`);
}

/** True for seven lower-case hex digits. */
export function isHash(text: string): boolean {
  return SEVEN_HEX.test(text);
}
