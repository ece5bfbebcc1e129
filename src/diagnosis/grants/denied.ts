/** What Postgres says it refused. It names an object by kind and bare name, not by schema, column or privilege. */

export type DeniedKind = "relation" | "sequence" | "function" | "schema";

export interface Denied {
  readonly kind: DeniedKind;
  readonly name: string;
}

const KINDS: Readonly<Record<string, DeniedKind>> = {
  table: "relation",
  view: "relation",
  "materialized view": "relation",
  "foreign table": "relation",
  sequence: "sequence",
  function: "function",
  procedure: "function",
  routine: "function",
  schema: "schema",
};

const MESSAGE = new RegExp(`^permission denied for (${Object.keys(KINDS).join("|")}) (.+)$`);

export function readDenied(message: string): Denied | undefined {
  const [, kind, name] = MESSAGE.exec(message) ?? [];
  return kind === undefined || name === undefined ? undefined : { kind: KINDS[kind]!, name };
}
