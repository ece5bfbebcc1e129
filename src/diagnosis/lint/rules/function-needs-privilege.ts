import type { Policy } from "../../catalog/types.ts";
import { listed, quoteName } from "../../words.ts";
import { functionName, functionSource, migrationRole, tableName } from "../naming.ts";
import type { LintCatalog, LintFinding, LintFunction, LintRelation, LintRule, Privilege } from "../types.ts";

/**
 * Unless it is SECURITY DEFINER, a function runs as its caller, a trigger's as whoever writes. What it writes is read off its
 * text, so one that nobody but its author means to call is taken for one that users call: a warning.
 */
export const functionNeedsPrivilege: LintRule = {
  code: "function-needs-privilege",
  check: (catalog) =>
    catalog.functions.flatMap((fn): LintFinding[] => {
      const reached = fn.definer ? undefined : fn.forTrigger ? firedBy(fn, catalog) : calledBy(fn, catalog);
      if (reached === undefined || reached.roles.length === 0) return [];
      return catalog.relations.flatMap((target) => findIn(fn, target, reached, catalog));
    }),
};

interface Reached {
  readonly roles: readonly string[];
  /** What ends in 42501. */
  readonly requests: string;
}

function firedBy(fn: LintFunction, catalog: LintCatalog): Reached {
  const tables = catalog.relations.filter((table) => catalog.roles.some((role) => fires(fn, table, role)));
  return {
    roles: catalog.roles.filter((role) => tables.some((table) => fires(fn, table, role))),
    requests: `every write to ${listed(tables.map((table) => tableName(table, catalog)))}`,
  };
}

/** Everybody may execute everything unless it is revoked: of anon on v1 that says nothing. */
const calledBy = ({ exposed, executableBy }: LintFunction, { names }: LintCatalog): Reached => ({
  roles: exposed ? executableBy.filter((role) => role === names.userRole) : [],
  requests: "every call of it",
});

function findIn(
  fn: LintFunction,
  target: LintRelation,
  { roles, requests }: Reached,
  catalog: LintCatalog,
): LintFinding[] {
  const wanted = writesTo(target, fn);
  const missing = wanted.filter((one) => roles.some((role) => !target.privileges[role]?.includes(one)));
  const lacking = roles.filter((role) => missing.some((one) => !target.privileges[role]?.includes(one)));
  const closed = wanted.includes("INSERT") && isClosed(target, roles);
  // On v2 a granted INSERT that no policy is for is told as that.
  const onlyClosed = missing.length === 0 && closed && catalog.mode === "v1" && target.policies.length > 0;
  if (lacking.length === 0 && !onlyClosed) return [];
  const to = (onlyClosed ? roles : lacking).map((role) => migrationRole(role, catalog));
  const shown = tableName(target, catalog);
  return [
    {
      code: "function-needs-privilege",
      severity: fn.forTrigger ? "error" : "warning",
      object: `function ${functionName(fn, catalog)}`,
      message: onlyClosed
        ? `Inserts into ${shown}, and no policy lets ${listed(to)} do that: ${requests} is 42501.`
        : `Needs ${listed(missing)} on ${shown}, which ${listed(to)} may not: ${requests} is 42501.`,
      reason: fn.forTrigger
        ? "A trigger's function runs with the rights, and under the policies, of whoever writes."
        : "A function runs with the rights, and under the policies, of whoever calls it.",
      fix: {
        text: `Let users do what the ${fn.forTrigger ? "trigger" : "function"} does, or let the function be SECURITY DEFINER, on v2 over a table that opts out of FORCE.`,
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
  rowSecurity && !roles.some((role) => policies.some((policy) => lets(policy, "INSERT", role)));

const lets = ({ permissive, command, appliesTo }: Policy, event: string, role: string): boolean =>
  permissive && (command === "ALL" || command === event) && appliesTo.includes(role);

/** Somebody who may write the table by a privilege, and whom a policy lets. */
const fires = ({ oid }: LintFunction, { triggers, privileges, policies, rowSecurity }: LintRelation, role: string) =>
  triggers
    .filter((trigger) => trigger.function === oid)
    .flatMap(({ events }) => events)
    .some(
      (event) =>
        privileges[role]?.includes(event) && (!rowSecurity || policies.some((policy) => lets(policy, event, role))),
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
