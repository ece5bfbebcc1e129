/** SQL of a function call, arguments read from JSON or given as the one positional parameter. */
import type { Dialect } from "../dialect.ts";
import { unknownField } from "../plan/resolve.ts";
import type { CallArguments, CallPlan } from "../plan/types.ts";
import type { RoutineParameter } from "../schema-cache/types.ts";
import { fromJsonBody } from "./fragments/json-body.ts";
import { bare, columnOf, qualified } from "./fragments/names.ts";
import { empty, type FromRequest, ident, type OpenSnippet, type ParamValue, param, raw, sql } from "./snippet.ts";

export function callQuery(plan: CallPlan, dialect: Dialect): OpenSnippet {
  const { params, args } = plan;
  const isScalar = plan.scalar || plan.setOfScalar;
  const columns = isScalar ? "pgrst_call.pgrst_scalar" : rowColumns(plan.returning);
  const name = qualified(plan.function);
  const call = (argument: OpenSnippet): OpenSnippet =>
    isScalar ? sql`(SELECT ${name}(${argument}) pgrst_scalar) pgrst_call` : sql`${name}(${argument}) pgrst_call`;

  if (params.kind === "one-positional") return sql`SELECT ${columns} FROM ${call(positional(params.parameter, args))}`;
  if (params.parameters.length === 0) return sql`SELECT ${columns} FROM ${call(empty)}`;
  const fields = params.parameters.map((parameter) => ({
    ...unknownField(parameter.name),
    irType: parameter.typeMaxLength,
  }));
  const body = fromJsonBody(dialect, { value: argument(args, asSent), isObject: args.isObject }, fields, {
    first: true,
  });
  return sql`SELECT ${columns} ${body}, LATERAL ${call(raw(named(params.parameters)))}`;
}

const rowColumns = (returning: readonly string[]): string =>
  returning.length === 0 ? "*" : returning.map((name) => columnOf(bare("pgrst_call"), name)).join(", ");

const named = (parameters: readonly RoutineParameter[]): string =>
  parameters
    .map(({ name, variadic }) => `${variadic ? "VARIADIC " : ""}${ident(name)} := pgrst_body.${ident(name)}`)
    .join(", ");

/** The body as it is; like any text cut at a NUL, unless it is bytes. */
function positional({ type }: RoutineParameter, args: CallArguments): OpenSnippet {
  return sql`${param(argument(args, type === "bytea" ? inHex : cutAtNul))}::${type}`;
}

const argument = (args: CallArguments, convert: (bytes: Buffer) => ParamValue): ParamValue | FromRequest =>
  args.from === "body" ? ({ body }) => convert(body) : convert(args.json);

const asSent = (bytes: Buffer): Buffer => bytes;

const inHex = (bytes: Buffer): string => `\\x${bytes.toString("hex")}`;

function cutAtNul(bytes: Buffer): Buffer {
  const nul = bytes.indexOf(0);
  return nul < 0 ? bytes : bytes.subarray(0, nul);
}
