import { listed, quoteName } from "../../words.ts";
import { functionName, functionSource, tableName } from "../naming.ts";
import type { LintFinding, LintFunction, LintRule } from "../types.ts";

/** A table whose comment says `flux:no-force-rls` has opted out so that its owner's functions may pass. */
const OPT_OUT = "flux:no-force-rls";

/** SECURITY DEFINER over tables with policies: past all of them on v1, and on v2, under FORCE, not past any. */
export const functionSecurityDefiner: LintRule = {
  code: "function-security-definer",
  check: (catalog) =>
    catalog.functions.flatMap((fn): LintFinding[] => {
      if (!fn.definer || isMeant(fn)) return [];
      const secured = catalog.relations.filter(
        ({ name, schema, rowSecurity, comment, policies }) =>
          rowSecurity &&
          !comment?.includes(OPT_OUT) &&
          !policies.some(({ roles }) => roles.includes(fn.owner) || (!fn.ownerBypasses && roles.includes("PUBLIC"))) &&
          (fn.tables.includes(name) || fn.tables.includes(`${schema}.${name}`)),
      );
      if (secured.length === 0) return [];
      const tables = listed(secured.map((table) => tableName(table, catalog)));
      return [
        {
          code: "function-security-definer",
          severity: fn.ownerBypasses ? "warning" : "error",
          object: `function ${functionName(fn, catalog)}`,
          message: fn.ownerBypasses
            ? `Uses ${tables} as ${quoteName(fn.owner)}, whom no policy binds, for whoever may call it.`
            : `Uses ${tables} as ${quoteName(fn.owner)}, who is bound by the policies too: reads find nothing, writes are 42501.`,
          reason: fn.ownerBypasses
            ? "SECURITY DEFINER runs the body with the owner's rights; the function itself must check who asks."
            : "v2 sets FORCE ROW LEVEL SECURITY at every push, which binds the owner of a table and so its SECURITY DEFINER functions.",
          fix: fn.ownerBypasses
            ? {
                text: "Make it SECURITY INVOKER, or let its body ask auth.uid() for whom it works.",
                sql: `alter function ${fn.signature} security invoker;`,
              }
            : {
                text: "Let a policy allow what the function does, or let its tables opt out of FORCE.",
                sql: secured
                  .map(
                    (table) =>
                      `comment on table ${tableName(table, catalog)} is '${OPT_OUT}';\nalter table ${tableName(table, catalog)} no force row level security;`,
                  )
                  .join("\n"),
              },
          ...functionSource(fn, catalog),
        },
      ];
    }),
};

/** Nobody can call it, or it asks by itself what policies would; under FORCE neither helps, for its own reads find nothing. */
const isMeant = (fn: LintFunction): boolean =>
  fn.ownerBypasses
    ? fn.forTrigger || fn.asksWho || fn.executableBy.length === 0
    : !fn.forTrigger && fn.executableBy.length === 0;
