/** Which overload of a function a request means. */
import { ambiguousFunction, noFunction } from "../errors/catalogue.ts";
import type { MediaType } from "../request/media-type.ts";
import type { QualifiedIdentifier, Routine, SchemaCache } from "../schema-cache/types.ts";
import { keyOf } from "../schema-cache/types.ts";

export interface RoutineCall {
  readonly target: QualifiedIdentifier;
  /** Names of the arguments given. */
  readonly keys: ReadonlySet<string>;
  /** `Prefer: params=single-object` */
  readonly singleObject: boolean;
  readonly contentType: MediaType;
  readonly isPost: boolean;
}

/**
 * A function is found by its name and the names of the arguments; failing that, a POST may go to one with a single
 * parameter of the type of the body.
 * @throws PGRST202 when there is none, PGRST203 when there are several
 */
export function findRoutine(call: RoutineCall, routines: SchemaCache["routines"]): Routine {
  const overloads = routines.get(keyOf(call.target)) ?? [];
  const named = overloads.filter((routine) => matchesArguments(call, routine));
  const candidates =
    named.length > 0
      ? named
      : overloads.filter((routine) => !matchesArguments(call, routine) && takesWholeBody(call, routine));
  const [first, second] = candidates;
  if (first === undefined) throw noFunction(call, routines, overloads);
  if (second !== undefined) throw ambiguousFunction(candidates);
  return first;
}

const bodyTypes: Partial<Record<MediaType["kind"], readonly string[]>> = {
  json: ["json", "jsonb"],
  text: ["text"],
  xml: ["xml"],
  "octet-stream": ["bytea"],
};

/** The parameter's name does not count here, only when the call is written. */
function takesWholeBody({ isPost, contentType }: RoutineCall, { parameters }: Routine): boolean {
  const [only, another] = parameters;
  if (!isPost || only === undefined || another !== undefined) return false;
  return bodyTypes[contentType.kind]?.includes(only.type) ?? false;
}

function matchesArguments(call: RoutineCall, { parameters }: Routine): boolean {
  const { keys, singleObject, isPost, contentType } = call;
  if (singleObject) return parameters.length === 1 && ["json", "jsonb"].includes(parameters[0]!.type);
  if (parameters.length === 0) {
    return keys.size === 0 && !(isPost && ["octet-stream", "text", "xml"].includes(contentType.kind));
  }
  // Every required parameter is given, and nothing that is no parameter.
  const known = new Set(parameters.map((parameter) => parameter.name));
  return (
    [...keys].every((key) => known.has(key)) &&
    parameters.every((parameter) => !parameter.required || keys.has(parameter.name))
  );
}
