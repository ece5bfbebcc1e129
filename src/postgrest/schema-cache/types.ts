/** What the engine knows of the database: the schema cache, in PostgREST's own terms. Built by `load.ts`, read by the planner. */
import type { MediaType } from "../request/media-type.ts";

/** A name with its schema; an empty schema means "found through the search_path". */
export interface QualifiedIdentifier {
  readonly schema: string;
  readonly name: string;
}

/** The text key under which identifiers are stored in maps. Postgres names hold no NUL, so the key is unambiguous. */
export type IdentifierKey = string;
export const identifierKey = (schema: string, name: string): IdentifierKey => `${schema}\0${name}`;
export const keyOf = (id: QualifiedIdentifier): IdentifierKey => identifierKey(id.schema, id.name);
export const sameIdentifier = (a: QualifiedIdentifier, b: QualifiedIdentifier): boolean =>
  a.name === b.name && a.schema === b.schema;
/** `schema.name` as PostgREST writes it into messages. */
export const dumpIdentifier = (id: QualifiedIdentifier): string =>
  id.schema === "" ? id.name : `${id.schema}.${id.name}`;

export interface Column {
  readonly name: string;
  readonly description: string | null;
  readonly nullable: boolean;
  /** Base type as `format_type` prints it, domains resolved. */
  readonly type: string;
  /** The declared type, domain names kept. */
  readonly nominalType: string;
  readonly maxLength: number | null;
  /** Default expression as SQL, or null. */
  readonly default: string | null;
  readonly enum: readonly string[];
}

export interface Table {
  readonly schema: string;
  readonly name: string;
  readonly description: string | null;
  readonly isView: boolean;
  readonly insertable: boolean;
  readonly updatable: boolean;
  readonly deletable: boolean;
  readonly primaryKey: readonly string[];
  /** By column name, in attribute order. */
  readonly columns: ReadonlyMap<string, Column>;
}

/** Pairs of (column here, column there). */
export type ColumnPairs = ReadonlyArray<readonly [source: string, target: string]>;

export interface Junction {
  readonly table: QualifiedIdentifier;
  readonly constraint1: string;
  readonly constraint2: string;
  readonly sourceColumns: ColumnPairs;
  readonly targetColumns: ColumnPairs;
}

export type Cardinality =
  | { readonly kind: "O2M" | "M2O"; readonly constraint: string; readonly columns: ColumnPairs }
  | { readonly kind: "O2O"; readonly constraint: string; readonly columns: ColumnPairs; readonly isParent: boolean }
  | { readonly kind: "M2M"; readonly junction: Junction };

export interface ForeignKeyRelationship {
  readonly kind: "relationship";
  readonly table: QualifiedIdentifier;
  readonly foreignTable: QualifiedIdentifier;
  readonly isSelf: boolean;
  readonly cardinality: Cardinality;
  readonly tableIsView: boolean;
  readonly foreignTableIsView: boolean;
}

export interface ComputedRelationship {
  readonly kind: "computed";
  readonly function: QualifiedIdentifier;
  readonly table: QualifiedIdentifier;
  readonly foreignTable: QualifiedIdentifier;
  readonly tableAlias: QualifiedIdentifier;
  readonly toOne: boolean;
  readonly isSelf: boolean;
}

export type Relationship = ForeignKeyRelationship | ComputedRelationship;

export const relationshipIsToOne = (rel: Relationship): boolean =>
  rel.kind === "computed" ? rel.toOne : rel.cardinality.kind === "M2O" || rel.cardinality.kind === "O2O";

export type PgType =
  | { readonly kind: "scalar"; readonly type: QualifiedIdentifier }
  | { readonly kind: "composite"; readonly type: QualifiedIdentifier; readonly isAlias: boolean };

export interface ReturnType {
  readonly setOf: boolean;
  readonly type: PgType;
}

export interface RoutineParameter {
  readonly name: string;
  readonly type: string;
  readonly typeMaxLength: string;
  readonly required: boolean;
  readonly variadic: boolean;
}

export type IsolationLevel = "read committed" | "repeatable read" | "serializable";

export interface Routine {
  readonly schema: string;
  readonly name: string;
  readonly description: string | null;
  readonly parameters: readonly RoutineParameter[];
  readonly returnType: ReturnType;
  readonly volatility: "volatile" | "stable" | "immutable";
  readonly hasVariadic: boolean;
  readonly isolationLevel: IsolationLevel | null;
  /** The function's own settings that are hoisted to the whole transaction, as (name, value). */
  readonly settings: ReadonlyArray<readonly [name: string, value: string]>;
}

/** A data representation: a cast function from one type to another, marked implicit by the user. */
export interface DataRepresentation {
  readonly sourceType: string;
  readonly targetType: string;
  readonly function: string;
}

/** How rows become a body. */
export type MediaHandler =
  | { readonly kind: "single-json"; readonly stripNulls: boolean }
  | { readonly kind: "array-json-strip" }
  | { readonly kind: "json" }
  | { readonly kind: "geojson" }
  | { readonly kind: "csv" }
  | {
      readonly kind: "custom";
      readonly function: QualifiedIdentifier;
      readonly target: QualifiedIdentifier | "anyelement";
    }
  | { readonly kind: "none" };

/** The handler carries its media type too, because a wildcard Accept resolves to a concrete one. */
export interface ResolvedHandler {
  readonly handler: MediaHandler;
  readonly mediaType: MediaType;
}

export interface SchemaCache {
  /** By `keyOf`. */
  readonly tables: ReadonlyMap<IdentifierKey, Table>;
  /** By `relationshipKey(table, schema of the foreign table)`. */
  readonly relationships: ReadonlyMap<string, readonly Relationship[]>;
  /** By `keyOf`; overloaded functions share an entry. */
  readonly routines: ReadonlyMap<IdentifierKey, readonly Routine[]>;
  /** By `representationKey(source, target)`. */
  readonly representations: ReadonlyMap<string, DataRepresentation>;
  /** By `handlerKey(relation | "anyelement", media type)`. */
  readonly mediaHandlers: ReadonlyMap<string, ResolvedHandler>;
  readonly timezones: ReadonlySet<string>;
}

export const relationshipKey = (table: QualifiedIdentifier, foreignSchema: string): string =>
  `${table.schema}\0${table.name}\0${foreignSchema}`;
export const representationKey = (source: string, target: string): string => `${source}\0${target}`;
/** `mime` as `toMime` prints it, `*``/*` for any. */
export const handlerKey = (target: QualifiedIdentifier | "anyelement", mime: string): string =>
  target === "anyelement" ? `anyelement\0\0${mime}` : `${keyOf(target)}\0${mime}`;

export const returnsScalar = (r: Routine): boolean => !r.returnType.setOf && r.returnType.type.kind === "scalar";
export const returnsSetOfScalar = (r: Routine): boolean => r.returnType.setOf && r.returnType.type.kind === "scalar";
export const returnsSingleComposite = (r: Routine): boolean =>
  !r.returnType.setOf && r.returnType.type.kind === "composite";
export const returnsCompositeAlias = (r: Routine): boolean =>
  r.returnType.type.kind === "composite" && r.returnType.type.isAlias;
export const returnsSingle = (r: Routine): boolean => !r.returnType.setOf;
export const returnsVoid = (r: Routine): boolean =>
  returnsScalar(r) && r.returnType.type.type.schema === "pg_catalog" && r.returnType.type.type.name === "void";
/** The table whose rows the function returns, when it returns rows. */
export const returnedTable = (r: Routine): string | undefined =>
  r.returnType.type.kind === "composite" ? r.returnType.type.type.name : undefined;
