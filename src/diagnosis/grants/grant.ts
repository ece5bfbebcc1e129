/** A GRANT in its two forms: as a migration would say it, and as it is tried. */
import type { FunctionInfo, Relation } from "../catalog/types.ts";
import type { Inquiry } from "../inquiry.ts";
import { quoteName } from "../words.ts";
import type { MissingPrivilege } from "./missing.ts";

export interface Grant {
  /** For a migration of the project: `GRANT INSERT ON notes TO authenticated;`. */
  readonly shown: string;
  /** With full names and the role as it is, for the experiment. */
  readonly tried: string;
}

function grant(inquiry: Inquiry, privileges: string, on: { shown: string; tried: string }, role: string): Grant {
  return {
    shown: `GRANT ${privileges} ON ${on.shown} TO ${quoteName(inquiry.grantee(role))};`,
    tried: `GRANT ${privileges} ON ${on.tried} TO ${quoteName(role)}`,
  };
}

const full = ({ schema, name }: Pick<Relation, "schema" | "name">): string => `${quoteName(schema)}.${quoteName(name)}`;

export function tableGrant(
  inquiry: Inquiry,
  relation: Relation,
  missing: readonly MissingPrivilege[],
  role: string,
): Grant {
  const privileges = missing
    .map(({ privilege, columns }) =>
      columns === null ? privilege : `${privilege} (${columns.map(quoteName).join(", ")})`,
    )
    .join(", ");
  return grant(inquiry, privileges, { shown: inquiry.show(relation), tried: full(relation) }, role);
}

export const sequenceGrant = (inquiry: Inquiry, sequence: Relation, role: string): Grant =>
  grant(inquiry, "USAGE", { shown: `SEQUENCE ${inquiry.show(sequence)}`, tried: `SEQUENCE ${full(sequence)}` }, role);

/** `signature` leaves the schema out where the session's search_path finds it. */
export const functionGrant = (inquiry: Inquiry, { signature }: FunctionInfo, role: string): Grant =>
  grant(inquiry, "EXECUTE", { shown: `FUNCTION ${signature}`, tried: `FUNCTION ${signature}` }, role);

export const schemaGrant = (inquiry: Inquiry, schema: string, role: string): Grant =>
  grant(inquiry, "USAGE", { shown: `SCHEMA ${quoteName(schema)}`, tried: `SCHEMA ${quoteName(schema)}` }, role);
