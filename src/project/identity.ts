/** Who a project is. Mode-independent: the same identity serves v1 and v2, which is what makes a live switch possible. */
import { createHash } from "node:crypto";
import { assertSchemaIdentifier, shortId } from "./tenant.ts";

export interface ProjectIdentity {
  readonly slug: string;
  /** Seven lower-case hex digits. */
  readonly hash: string;
  /** UUID; also the tenant id on v2. */
  readonly id: string;
  /** First 12 hex digits of the id. */
  readonly sid: string;
  /** Name of the API schema in v1; on v2 it always follows from the id. */
  readonly v1Schema: string;
}

/** Completes and checks an identity; throws with the platform's texts for an id or a schema name it would not take. */
export function projectIdentity(parts: { slug: string; hash: string; id: string; v1Schema?: string }): ProjectIdentity {
  const id = parts.id.toLowerCase();
  const v1Schema = parts.v1Schema ?? "api";
  assertSchemaIdentifier(v1Schema);
  return { slug: parts.slug, hash: parts.hash.toLowerCase(), id, sid: shortId(id), v1Schema };
}

/**
 * The id of a project that has no recorded one: derived from slug and hash, so that a deleted state directory or another
 * machine gives the same tenant names. A UUID v4 in form.
 */
export function stableProjectId(slug: string, hash: string, sid?: string): string {
  const hex = createHash("sha256").update(`flux-dev project ${slug} ${hash}`).digest("hex");
  const variant = "89ab"[Number.parseInt(hex[16]!, 16) % 4];
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return sid === undefined ? uuid : withShortId(sid, uuid);
}

function withShortId(sid: string, uuid: string): string {
  return `${sid.slice(0, 8)}-${sid.slice(8, 12)}${uuid.slice(13)}`;
}
