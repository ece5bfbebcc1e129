/** The plan of a function call: which parameters are given, and the JSON they are read from. */
import { holdsObject } from "../request/payload.ts";
import type { ApiRequest, InvokeMethod } from "../request/types.ts";
import type { Routine } from "../schema-cache/types.ts";
import { returnsCompositeAlias, returnsScalar, returnsSetOfScalar } from "../schema-cache/types.ts";
import { columnsNeeded } from "./returning.ts";
import type { CallArguments, CallParams, CallPlan, ReadPlan } from "./types.ts";

export function callPlan(
  routine: Routine,
  invoke: InvokeMethod,
  request: ApiRequest,
  keys: ReadonlySet<string>,
  read: ReadPlan,
): CallPlan {
  return {
    function: { schema: routine.schema, name: routine.name },
    params: callParams(routine, request.preferences.parameters === "single-object", keys),
    args: callArguments(routine, invoke, request),
    scalar: returnsScalar(routine),
    setOfScalar: returnsSetOfScalar(routine),
    compositeAlias: returnsCompositeAlias(routine),
    returning: columnsNeeded(read, []),
  };
}

function callParams({ parameters }: Routine, singleObject: boolean, keys: ReadonlySet<string>): CallParams {
  const [only, another] = parameters;
  if (only !== undefined && another === undefined && (singleObject || only.name === "")) {
    return { kind: "one-positional", parameter: only };
  }
  return { kind: "keys", parameters: parameters.filter((parameter) => keys.has(parameter.name)) };
}

function callArguments(routine: Routine, invoke: InvokeMethod, { payload, queryParams }: ApiRequest): CallArguments {
  if (invoke !== "post") return ofPairs(routine, queryParams.params);
  if (payload?.kind === "urlencoded") return ofPairs(routine, payload.pairs);
  return { from: "body", isObject: holdsObject(payload) };
}

/**
 * `a=1&b=2` as `{"a":"1","b":"2"}`. Of an argument given several times the last one counts; for a variadic parameter all
 * of them do, in order.
 */
function ofPairs(routine: Routine, pairs: ReadonlyArray<readonly [string, string]>): CallArguments {
  const variadic = routine.hasVariadic ? routine.parameters.find((parameter) => parameter.variadic)?.name : undefined;
  const values = new Map<string, string | string[]>();
  for (const [name, value] of pairs) {
    const before = values.get(name);
    if (name !== variadic) values.set(name, value);
    else values.set(name, Array.isArray(before) ? [...before, value] : [value]);
  }
  return { from: "pairs", isObject: true, json: Buffer.from(JSON.stringify(Object.fromEntries(values))) };
}
