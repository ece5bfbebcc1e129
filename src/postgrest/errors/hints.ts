/** "Perhaps you meant": what stands in the hint of an embedding or a call that found nothing. */
import { compareText } from "../haskell.ts";
import {
  type IdentifierKey,
  type Relationship,
  type Routine,
  relationshipKey,
  type SchemaCache,
} from "../schema-cache/types.ts";
import { closest, fuzzyMatches } from "./fuzzy.ts";

/**
 * A parent that embeds nothing is taken for a misspelt table. One that does gets a suggestion for the child, unless the child
 * is right, for then the fault is in the `!hint`.
 */
export function relationshipHint(
  parent: string,
  child: string,
  schema: string,
  relationships: SchemaCache["relationships"],
): string | null {
  const embedded = relationships.get(relationshipKey({ schema, name: parent }, schema));
  const [suggestion, instead] =
    embedded === undefined
      ? [closest(parentsIn(schema, relationships), parent), parent]
      : [closestOther(embedded, child), child];
  return suggestion === null ? null : `Perhaps you meant '${suggestion}' instead of '${instead}'.`;
}

function parentsIn(schema: string, relationships: SchemaCache["relationships"]): string[] {
  return [...relationships.keys()].flatMap((key) => {
    const [, name, foreignSchema] = key.split("\0");
    return name !== undefined && foreignSchema === schema ? [name] : [];
  });
}

function closestOther(embedded: readonly Relationship[], child: string): string | null {
  const names = embedded.map((relationship) => relationship.foreignTable.name);
  return fuzzyMatches(names, child).find(({ score }) => score < 1)?.text ?? null;
}

const argumentList = (names: readonly string[]): string => `(${names.toSorted(compareText).join(", ")})`;

/** A function of the schema with a name like this one, or, where the name is right, an overload with arguments like these. */
export function functionHint(
  target: { readonly schema: string; readonly name: string },
  argumentNames: readonly string[],
  routines: ReadonlyMap<IdentifierKey, readonly Routine[]>,
  overloads: readonly Routine[],
): string | null {
  const { schema, name } = target;
  let suggestion: string | null;
  if (overloads.length === 0) {
    const names = [...routines.keys()].map((key) => key.split("\0")).filter(([in_]) => in_ === schema);
    suggestion = closest(
      names.map(([, routine = ""]) => routine),
      name,
    );
  } else {
    const lists = overloads.map((routine) => argumentList(routine.parameters.map((parameter) => parameter.name)));
    const found = closest(lists, argumentList(argumentNames));
    suggestion = found === null ? null : `${name}${found}`;
  }
  return suggestion === null ? null : `Perhaps you meant to call the function ${schema}.${suggestion}`;
}
