/** Metadata is merged by PATCH (a key set to null goes away, at any depth) and replaced by PUT. */
import { isObject } from "../json/json.ts";
import { type Fields, object } from "./call.ts";
import type { Metadata } from "./store/types.ts";

const KINDS = {
  publicMetadata: "public_metadata",
  privateMetadata: "private_metadata",
  unsafeMetadata: "unsafe_metadata",
};

type Holder = { publicMetadata: Metadata; privateMetadata: Metadata; unsafeMetadata?: Metadata; updatedAt: number };

export function mergeMetadata(holder: Holder, fields: Fields, now: number): void {
  change(holder, fields, now, merge);
}

/** Kinds that the request does not name stay as they are. */
export function replaceMetadata(holder: Holder, fields: Fields, now: number): void {
  change(holder, fields, now, (_, given) => given);
}

function change(
  holder: Holder,
  fields: Fields,
  now: number,
  combine: (old: Metadata, given: Metadata) => Metadata,
): void {
  for (const [kind, param] of Object.entries(KINDS) as [keyof typeof KINDS, string][]) {
    const given = object(fields, param);
    const old = holder[kind];
    if (given !== undefined && old !== undefined) holder[kind] = combine(old, given);
  }
  holder.updatedAt = now;
}

function merge(old: Metadata, given: Metadata): Metadata {
  const merged: Record<string, unknown> = { ...old };
  for (const [key, value] of Object.entries(given)) {
    const before = merged[key];
    if (value === null) delete merged[key];
    else merged[key] = isObject(value) ? merge(isObject(before) ? before : {}, value) : value;
  }
  return merged;
}
