/** How findings name things, and where those were made. */
import type { Source } from "../context.ts";
import { quoteName, showName } from "../words.ts";
import type { LintCatalog, LintFunction, LintPolicy, LintRelation } from "./types.ts";

type Own = Pick<LintCatalog, "names" | "mode" | "sourceOf">;

export const tableName = (relation: Pick<LintRelation, "schema" | "name">, { names }: Own): string =>
  showName(relation.schema, relation.name, names.schema);

export const policyName = (policy: LintPolicy, own: Own): string =>
  `policy ${quoteName(policy.name)} on ${tableName(policy.table, own)}`;

export const functionName = ({ schema, name }: Pick<LintFunction, "schema" | "name">, { names }: Own): string =>
  `${showName(schema, name, names.schema)}()`;

/** As a migration names a role: on v2 the push puts the tenant's role in the place of `authenticated`. */
export const migrationRole = (role: string, { names, mode }: Own): string =>
  mode === "v2" && role === names.userRole ? "authenticated" : quoteName(role);

/** For spreading into a finding. */
function placed(source: Source | undefined): { source?: Source } {
  return source === undefined ? {} : { source };
}

export const tableSource = ({ name, kind }: LintRelation, { sourceOf }: Own): { source?: Source } =>
  placed(sourceOf({ kind: kind === "view" || kind === "materialized view" ? "view" : "table", name }));

/** Where row security was switched off; else where the table was made without it. */
export const rowSecuritySource = (relation: LintRelation, own: Own): { source?: Source } => {
  const switchedOff = own.sourceOf({ kind: "row-security", name: relation.name });
  return switchedOff === undefined ? tableSource(relation, own) : placed(switchedOff);
};

export const policySource = ({ name, table }: LintPolicy, { sourceOf }: Own): { source?: Source } =>
  placed(sourceOf({ kind: "policy", name, table: table.name }));

export const functionSource = ({ name }: Pick<LintFunction, "name">, { sourceOf }: Own): { source?: Source } =>
  placed(sourceOf({ kind: "function", name }));
