/** `PGRST2xx`: what the request names is not in the schema cache, or is there more than once. */
import type { Dialect } from "../dialect.ts";
import { compareText } from "../haskell.ts";
import type { MediaType } from "../request/media-type.ts";
import type {
  ColumnPairs,
  ForeignKeyRelationship,
  IdentifierKey,
  QualifiedIdentifier,
  Relationship,
  Routine,
  SchemaCache,
} from "../schema-cache/types.ts";
import { functionHint, relationshipHint } from "./hints.ts";
import { PgrstError } from "./pgrst-error.ts";

/** PGRST200; `hint` is the one of the request (`!hint`), `schema` where the tables were looked for. */
export function noRelationshipBetween(
  parent: string,
  child: string,
  hint: string | null,
  schema: string,
  relationships: SchemaCache["relationships"],
): PgrstError {
  const using = hint === null ? "" : `' using the hint '${hint}`;
  return new PgrstError(400, {
    code: "PGRST200",
    message: `Could not find a relationship between '${parent}' and '${child}' in the schema cache`,
    details: `Searched for a foreign key relationship between '${parent}' and '${child}${using}' in the schema '${schema}', but no matches were found.`,
    hint: relationshipHint(parent, child, schema, relationships),
  });
}

/** PGRST201; the candidates in the order they were found. */
export function ambiguousRelationship(parent: string, child: string, candidates: readonly Relationship[]): PgrstError {
  // A computed relationship stands here when it is called like a column or a constraint. PostgREST has no words for it.
  const choices = candidates.map((rel) =>
    rel.kind === "relationship" ? `'${rel.foreignTable.name}!${hintName(rel)}'` : "",
  );
  return new PgrstError(300, {
    code: "PGRST201",
    message: `Could not embed because more than one relationship was found for '${parent}' and '${child}'`,
    details: candidates.map((rel) => (rel.kind === "relationship" ? describeRelationship(rel) : {})),
    hint: `Try changing '${child}' to one of the following: ${choices.join(", ")}. Find the desired relationship in the 'details' key.`,
  });
}

const hintName = ({ cardinality }: ForeignKeyRelationship): string =>
  cardinality.kind === "M2M" ? cardinality.junction.table.name : cardinality.constraint;

const cardinalityNames = { M2M: "many-to-many", M2O: "many-to-one", O2O: "one-to-one", O2M: "one-to-many" };

function describeRelationship({ table, foreignTable, cardinality }: ForeignKeyRelationship) {
  const columns = (name: string, pairs: ColumnPairs, side: 0 | 1) =>
    `${name}(${pairs.map((pair) => pair[side]).join(", ")})`;
  let relationship: string;
  if (cardinality.kind === "M2M") {
    const { junction } = cardinality;
    const toSource = columns(junction.constraint1, junction.sourceColumns, 1);
    const toTarget = columns(junction.constraint2, junction.targetColumns, 1);
    relationship = `${junction.table.name} using ${toSource} and ${toTarget}`;
  } else {
    const { constraint, columns: pairs } = cardinality;
    relationship = `${constraint} using ${columns(table.name, pairs, 0)} and ${columns(foreignTable.name, pairs, 1)}`;
  }
  return {
    cardinality: cardinalityNames[cardinality.kind],
    embedding: `${table.name} with ${foreignTable.name}`,
    relationship,
  };
}

/** A call that no function answers to. */
export interface UnmatchedCall {
  readonly target: QualifiedIdentifier;
  /** Names of the arguments given. */
  readonly keys: Iterable<string>;
  /** `Prefer: params=single-object` */
  readonly singleObject: boolean;
  readonly contentType: MediaType;
  readonly isPost: boolean;
}

const wholeBodyTypes: Partial<Record<MediaType["kind"], string>> = {
  text: "text",
  xml: "xml",
  "octet-stream": "bytea",
};

/** PGRST202; `overloads` are the functions of that very name. */
export function noFunction(
  call: UnmatchedCall,
  routines: ReadonlyMap<IdentifierKey, readonly Routine[]>,
  overloads: readonly Routine[],
): PgrstError {
  const { target, singleObject, contentType, isPost } = call;
  const names = [...call.keys].sort(compareText);
  const list = names.join(", ");
  const name = `${target.schema}.${target.name}`;
  const wholeBody = isPost ? wholeBodyTypes[contentType.kind] : undefined;
  const single = singleObject || wholeBody !== undefined;
  const plural = names.length > 1 ? "s" : "";
  const given = names.length === 0 ? " without parameters" : ` with parameter${plural} ${list}`;
  let searched = given;
  if (singleObject) searched = " with a single json/jsonb parameter";
  else if (wholeBody !== undefined) searched = ` with a single unnamed ${wholeBody} parameter`;
  else if (isPost && contentType.kind === "json") searched += " or with a single unnamed json/jsonb parameter";
  const signature = names.length === 0 ? " without parameters" : `(${list})`;
  return new PgrstError(404, {
    code: "PGRST202",
    message: `Could not find the function ${name}${single ? "" : signature} in the schema cache`,
    details: `Searched for the function ${name}${searched}, but no matches were found in the schema cache.`,
    hint: single ? null : functionHint(target, names, routines, overloads),
  });
}

/** PGRST203; the candidates in the order of the schema cache. */
export function ambiguousFunction(candidates: readonly Routine[]): PgrstError {
  const signatures = candidates.map(({ schema, name, parameters }) => {
    const list = parameters.map((parameter) => `${parameter.name} => ${parameter.type}`).join(", ");
    return `${schema}.${name}(${list})`;
  });
  return new PgrstError(300, {
    code: "PGRST203",
    message: `Could not choose the best candidate function between: ${signatures.join(", ")}`,
    details: null,
    hint: "Try renaming the parameters or the function itself in the database so function overloading can be resolved",
  });
}

/** PGRST204: a column of `columns=` or of the body that the table does not have. */
export const columnNotFound = (
  dialect: Pick<Dialect, "columnNotFoundMessage">,
  relation: string,
  column: string,
): PgrstError =>
  new PgrstError(400, {
    code: "PGRST204",
    message: dialect.columnNotFoundMessage(relation, column),
    details: null,
    hint: null,
  });
