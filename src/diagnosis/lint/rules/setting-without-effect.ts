import { modes } from "../../../project/mode/mode.ts";
import { quoteName } from "../../words.ts";
import { functionName, functionSource } from "../naming.ts";
import type { LintCatalog, LintFinding, LintFunction, LintRule } from "../types.ts";

/**
 * The clock of `statement_timeout` starts with a statement of the client, so what a function sets for itself comes too late;
 * where it counts, PostgREST has set it before the statement, because the function is what the request calls. v2's hook runs
 * after that and sets 15 s. Of roles PostgREST asks for the settings of those that the one it connects as is a member of.
 */
export const settingWithoutEffect: LintRule = {
  code: "setting-without-effect",
  check: (catalog) => [...functionTimeouts(catalog), ...roleSettings(catalog)],
};

const functionTimeouts = (catalog: LintCatalog): LintFinding[] =>
  catalog.functions.flatMap((fn): LintFinding[] => {
    const { hooks } = modes[catalog.mode];
    if (fn.timeout === null || (!hooks && isCalledByRequests(fn))) return [];
    return [
      {
        code: "setting-without-effect",
        severity: "warning",
        object: `function ${functionName(fn, catalog)}`,
        message: `Sets statement_timeout = ${fn.timeout} for itself, which ends no request.`,
        reason: hooks
          ? "v2's pre-request hook sets 15 s for every request after PostgREST has set what the function wants; the gateway gives up after 8 s."
          : "Only a function that a request calls brings its statement_timeout with it, not one that SQL calls.",
        fix: {
          text: hooks
            ? "Leave it out, and bound the work itself; lock_timeout counts."
            : "Leave it out, or give it to the function that requests call.",
          sql: `alter function ${fn.signature} reset statement_timeout;`,
        },
        ...functionSource(fn, catalog),
      },
    ];
  });

/** v1 exposes public besides the API schema. */
const isCalledByRequests = ({ exposed, schema, forTrigger }: LintFunction): boolean =>
  !forTrigger && (exposed || schema === "public");

const roleSettings = ({ roleSettings: settings, names, sourceOf }: LintCatalog): LintFinding[] =>
  settings
    .filter(({ isAsked }) => !isAsked)
    .map(({ role, setting }) => {
      const source = sourceOf({ kind: "role", name: role });
      return {
        code: "setting-without-effect",
        severity: "warning",
        object: `role ${quoteName(role)}`,
        message: `Has ${setting.replace("=", " = ")}, which counts for no request.`,
        reason: `PostgREST applies settings of roles that its own, ${names.loginRole}, is a member of; ${names.loginRole} needs no membership to become any role, and has none.`,
        fix: {
          text: "Make it a member, or set it in the functions that need it.",
          sql: `grant ${quoteName(role)} to ${quoteName(names.loginRole)};`,
        },
        ...(source === undefined ? {} : { source }),
      };
    });
