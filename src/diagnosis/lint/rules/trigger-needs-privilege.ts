import { listed, quoteName } from "../../words.ts";
import { functionName, functionSource, migrationRole, tableName } from "../naming.ts";
import type { LintCatalog, LintFinding, LintFunction, LintRelation, LintRule, Privilege } from "../types.ts";

/** A trigger's function runs as whoever writes, unless it is SECURITY DEFINER: what it writes on the side must be allowed too. */
export const triggerNeedsPrivilege: LintRule = {
  code: "trigger-needs-privilege",
  check: (catalog) =>
    catalog.functions.flatMap((fn): LintFinding[] => {
      if (fn.definer || !fn.forTrigger) return [];
      const firedOn = catalog.relations.filter((table) => mayFire(fn, table, catalog));
      if (firedOn.length === 0) return [];
      return catalog.relations.flatMap((target) => findIn(fn, target, firedOn, catalog));
    }),
};

function findIn(
  fn: LintFunction,
  target: LintRelation,
  firedOn: readonly LintRelation[],
  catalog: LintCatalog,
): LintFinding[] {
  const wanted = writesTo(target, fn);
  const roles = catalog.roles.filter((role) => firedOn.some((table) => fires(fn, table, role)));
  const missing = wanted.filter((one) => roles.some((role) => !target.privileges[role]?.includes(one)));
  const lacking = roles.filter((role) => missing.some((one) => !target.privileges[role]?.includes(one)));
  const closed = wanted.includes("INSERT") && isClosed(target, roles);
  // On v2 a granted INSERT that no policy is for is told as that.
  const onlyClosed = missing.length === 0 && closed && catalog.mode === "v1" && target.policies.length > 0;
  if (lacking.length === 0 && !onlyClosed) return [];
  const to = (onlyClosed ? roles : lacking).map((role) => migrationRole(role, catalog));
  const shown = tableName(target, catalog);
  const ends = `every write to ${listed(firedOn.map((table) => tableName(table, catalog)))} is 42501`;
  return [
    {
      code: "trigger-needs-privilege",
      severity: "error",
      object: `function ${functionName(fn, catalog)}`,
      message: onlyClosed
        ? `Inserts into ${shown}, and no policy lets ${listed(to)} do that: ${ends}.`
        : `Needs ${listed(missing)} on ${shown}, which ${listed(to)} may not: ${ends}.`,
      reason: "A trigger's function runs with the rights, and under the policies, of whoever writes.",
      fix: {
        text: "Let users do what the trigger does, or let the function be SECURITY DEFINER, on v2 over a table that opts out of FORCE.",
        sql: [
          ...(onlyClosed ? [] : [`grant ${missing.join(", ").toLowerCase()} on ${shown} to ${to.join(", ")};`]),
          ...(closed
            ? [
                `create policy ${quoteName(`${target.name}_insert`)} on ${shown} for insert to ${to.join(", ")} with check (…);`,
              ]
            : []),
        ].join("\n"),
      },
      ...functionSource(fn, catalog),
    },
  ];
}

const isClosed = ({ rowSecurity, policies }: LintRelation, roles: readonly string[]): boolean =>
  rowSecurity &&
  !policies.some(
    ({ permissive, command, appliesTo }) =>
      permissive && (command === "ALL" || command === "INSERT") && roles.some((role) => appliesTo.includes(role)),
  );

const mayFire = (fn: LintFunction, table: LintRelation, { roles }: LintCatalog): boolean =>
  roles.some((role) => fires(fn, table, role));

/** Somebody who may write the table by a privilege, and whom a policy lets. */
const fires = ({ oid }: LintFunction, { triggers, privileges, policies, rowSecurity }: LintRelation, role: string) =>
  triggers
    .filter((trigger) => trigger.function === oid)
    .flatMap(({ events }) => events)
    .some(
      (event) =>
        privileges[role]?.includes(event) &&
        (!rowSecurity ||
          policies.some(
            ({ permissive, command, appliesTo }) =>
              permissive && (command === "ALL" || command === event) && appliesTo.includes(role),
          )),
    );

/** As the text of its body says; what it reads besides is left to the request that runs into it. */
function writesTo({ schema, name }: LintRelation, { body }: LintFunction): Privilege[] {
  const table = `(?:"?${escapeRegExp(schema)}"?\\s*\\.\\s*)?"?${escapeRegExp(name)}"?(?![\\w".])`;
  const says = (words: string) => new RegExp(`\\b${words}\\s+${table}`, "i").test(body);
  return [
    ...(says("insert\\s+into") ? (["INSERT"] as const) : []),
    ...(says("update(?:\\s+only)?") ? (["UPDATE"] as const) : []),
    ...(says("delete\\s+from") ? (["DELETE"] as const) : []),
  ];
}

const escapeRegExp = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&");
