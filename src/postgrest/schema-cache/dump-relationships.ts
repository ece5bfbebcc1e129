/** Relationships in the JSON dump. */
import type { Dialect } from "../dialect.ts";
import { type Json, qualified, record, tagged } from "./json.ts";
import type { Cardinality, Relationship } from "./types.ts";

export function dumpRelationship(rel: Relationship, dialect: Dialect): Json {
  const common = {
    relForeignTable: qualified(rel.foreignTable),
    relIsSelf: rel.isSelf,
    relTable: qualified(rel.table),
  };
  if (rel.kind === "computed")
    return record({
      ...common,
      relFunction: qualified(rel.function),
      relTableAlias: qualified(rel.tableAlias),
      relToOne: rel.toOne,
      tag: "ComputedRelationship",
    });
  return record({
    ...common,
    relCardinality: cardinality(rel.cardinality, dialect),
    relFTableIsView: rel.foreignTableIsView,
    relTableIsView: rel.tableIsView,
    tag: "Relationship",
  });
}

function cardinality(found: Cardinality, dialect: Dialect): Json {
  if (found.kind === "M2M") {
    const { junction } = found;
    return tagged(
      "M2M",
      record({
        junColsSource: junction.sourceColumns,
        junColsTarget: junction.targetColumns,
        junConstraint1: junction.constraint1,
        junConstraint2: junction.constraint2,
        junTable: qualified(junction.table),
      }),
    );
  }
  return record({
    ...(found.kind === "O2O" && dialect.dumpsWholeCache ? { isParent: found.isParent } : {}),
    relColumns: found.columns,
    relCons: found.constraint,
    tag: found.kind,
  });
}
