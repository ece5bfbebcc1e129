/** From names in the request to fields with a known type and, where the user defined one, a data representation. */
import type { Field, LogicTree, OrderTerm } from "../request/types.ts";
import type { Column, DataRepresentation, QualifiedIdentifier, Table } from "../schema-cache/types.ts";
import { keyOf, representationKey } from "../schema-cache/types.ts";
import { foldLogic } from "./tree.ts";
import type { CoercibleField, CoercibleLogicTree, CoercibleOrderTerm } from "./types.ts";

export interface ResolverContext {
  readonly tables: ReadonlyMap<string, Table>;
  readonly representations: ReadonlyMap<string, DataRepresentation>;
  /** The relation whose columns are meant; changes on the way into embeds. */
  readonly table: QualifiedIdentifier;
}

export const unknownField = (name: string, path: CoercibleField["path"] = []): CoercibleField => ({
  name,
  path,
  toJson: false,
  irType: "",
  transform: null,
  default: null,
});

export const columnField = (column: Column): CoercibleField => ({
  name: column.name,
  path: [],
  toJson: false,
  irType: column.nominalType,
  transform: null,
  default: column.default,
});

export function tableField(table: Table | undefined, name: string): CoercibleField {
  const column = table?.columns.get(name);
  return column === undefined ? unknownField(name) : columnField(column);
}

/** Columns that are JSON already keep their arrows bare, so that indexes apply; anything else goes through `to_jsonb`. */
function typeOrUnknown(context: ResolverContext, field: Field): CoercibleField {
  const resolved = tableField(context.tables.get(keyOf(context.table)), field.name);
  return { ...resolved, path: field.path, toJson: resolved.irType !== "json" && resolved.irType !== "jsonb" };
}

function transformed(context: ResolverContext, source: string, target: string, field: CoercibleField): CoercibleField {
  const representation = context.representations.get(representationKey(source, target));
  return representation === undefined ? field : { ...field, irType: source, transform: representation.function };
}

export const hasOutputFormat = (context: ResolverContext, column: Column): boolean =>
  context.representations.has(representationKey(column.nominalType, "json"));
export const withOutputFormat = (context: ResolverContext, field: CoercibleField): CoercibleField =>
  transformed(context, field.irType, "json", field);
export const withJsonParse = (context: ResolverContext, field: CoercibleField): CoercibleField =>
  transformed(context, "json", field.irType, field);
const withTextParse = (context: ResolverContext, field: CoercibleField): CoercibleField =>
  transformed(context, "text", field.irType, field);

export const outputField = (context: ResolverContext, field: Field): CoercibleField =>
  withOutputFormat(context, typeOrUnknown(context, field));

export const resolveLogicTree = (context: ResolverContext, root: LogicTree): CoercibleLogicTree =>
  foldLogic<LogicTree, CoercibleLogicTree>(root, (tree, children) => {
    if (tree.kind === "expr") return { ...tree, children };
    const { field, expr } = tree.filter;
    return { kind: "filter", field: withTextParse(context, typeOrUnknown(context, field)), expr };
  });

export function resolveOrder(context: ResolverContext, term: OrderTerm): CoercibleOrderTerm {
  const { direction, nulls } = term;
  return term.kind === "field"
    ? { kind: "field", field: typeOrUnknown(context, term.field), direction, nulls }
    : { kind: "relation", relation: term.relation, name: term.field.name, path: term.field.path, direction, nulls };
}
