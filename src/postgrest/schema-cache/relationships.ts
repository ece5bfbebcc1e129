/** All relationships of the exposed schemas, by where they are looked up. */
import { inverse, junctionRelationships, viewRelationships } from "./derived-relationships.ts";
import type { ForeignKey } from "./foreign-keys.ts";
import { compareRelationships } from "./relationship-order.ts";
import {
  type ComputedRelationship,
  keyOf,
  type QualifiedIdentifier,
  type Relationship,
  relationshipKey,
} from "./types.ts";
import type { ViewKey } from "./view-keys.ts";

export interface RelationshipSources {
  readonly foreignKeys: readonly ForeignKey[];
  readonly computed: readonly ComputedRelationship[];
  readonly viewKeys: readonly ViewKey[];
  /** Of all schemas, by `keyOf`. */
  readonly primaryKeys: ReadonlyMap<string, readonly string[]>;
  readonly schemas: readonly string[];
}

/**
 * A computed relationship replaces all detected ones between its table and the relation that is called like its function.
 * It is looked up in the schema of its function, a detected one in the schema of the foreign table.
 */
export function relationshipMap(sources: RelationshipSources): Map<string, Relationship[]> {
  const keys = [...sources.foreignKeys, ...viewRelationships(sources.foreignKeys, sources.viewKeys)];
  const detected = [...keys, ...junctionRelationships(keys, sources.primaryKeys), ...keys.map(inverse)];
  const overridden = new Set(sources.computed.map((rel) => `${keyOf(rel.table)}\0${keyOf(rel.function)}`));

  const exposed = new Set(sources.schemas);
  const map = new Map<string, Relationship[]>();
  const add = (rel: Relationship, target: QualifiedIdentifier) => {
    if (!exposed.has(rel.table.schema)) return;
    const key = relationshipKey(rel.table, target.schema);
    const list = map.get(key) ?? [];
    map.set(key, list);
    // A key whose relationships are all hidden stays, empty: the summary in the log counts it.
    if (exposed.has(rel.foreignTable.schema) && !hasHiddenJunction(rel, exposed)) list.push(rel);
  };
  for (const rel of sources.computed) add(rel, rel.function);
  for (const rel of detected)
    if (!overridden.has(`${keyOf(rel.table)}\0${keyOf(rel.foreignTable)}`)) add(rel, rel.foreignTable);
  for (const list of map.values()) list.sort(compareRelationships);
  return map;
}

const hasHiddenJunction = (rel: Relationship, exposed: ReadonlySet<string>): boolean =>
  rel.kind === "relationship" && rel.cardinality.kind === "M2M" && !exposed.has(rel.cardinality.junction.table.schema);
