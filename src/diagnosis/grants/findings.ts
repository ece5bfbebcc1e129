/** `42501 permission denied`: every GRANT that is missing, proven by running the request with it. */
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";
import type { Finding, Fix, Proof } from "../types.ts";
import { listed, placeText, quoteName } from "../words.ts";
import { type Denied, readDenied } from "./denied.ts";
import { grantFinding } from "./grant-finding.ts";
import { type Located, locate } from "./locate.ts";
import { tableFinding } from "./table-finding.ts";
import { defaultsUsing, policiesUsing } from "./users.ts";

export interface DeniedFindings {
  readonly findings: readonly Finding[];
  /** What the request meets once all of it is granted; null when it passes, undefined when that is not known. */
  readonly next: SqlFailure | null | undefined;
}

const MOST = 10;

/** Leaves the GRANTs in force for the rest of the session, so that what comes behind them can be looked at. */
export async function deniedFindings(inquiry: Inquiry, failure: SqlFailure): Promise<DeniedFindings> {
  const { session, replay } = inquiry;
  const found: Array<{ located: Located; failure: SqlFailure }> = [];
  const again = await replay.run();
  if (again.ok) return { findings: [changedSince(failure)], next: undefined };
  let met: SqlFailure | null | undefined = failure;
  for (let count = 0; count < MOST && met; count += 1) {
    const denied = readDenied(met.message);
    if (denied === undefined || met.sqlState !== "42501") break;
    const located = await locate(inquiry, denied, met);
    if (located === undefined) {
      if (found.length === 0) return { findings: [unlocated(inquiry, denied, met)], next: undefined };
      break;
    }
    found.push({ located, failure: met });
    await session.run(located.grant.tried);
    const outcome = await replay.run();
    met = outcome.ok ? null : outcome.failure;
  }
  const proof = provenBy(
    found.map(({ located }) => located),
    met,
  );
  const findings: Finding[] = [];
  for (const { located, failure: refused } of found) findings.push(await tell(inquiry, located, refused));
  const [first, ...others] = findings;
  if (first === undefined) return { findings: [], next: undefined };
  const fix =
    found.length === 1
      ? first.fix
      : together(
          found.map(({ located }) => located),
          first.fix,
        );
  return { findings: [{ ...first, ...(fix === undefined ? {} : { fix }), proof }, ...others], next: met };
}

function provenBy(located: readonly Located[], met: SqlFailure | null | undefined): Proof {
  return {
    tried: located.map(({ grant }) => grant.tried).join("; "),
    result: met
      ? `the privilege is no longer missing; the request then meets ${met.sqlState}: ${met.message}`
      : "the same request passes",
    holds: true,
  };
}

const together = (located: readonly Located[], first: Fix | undefined): Fix => ({
  text: `${first?.text ?? "Grant what is missing."} All of these are needed.`,
  sql: located.map(({ grant }) => grant.shown).join("\n"),
});

/** Says what the privilege is for: the request itself, a policy, a default, a view or a function's body. */
async function tell(inquiry: Inquiry, located: Located, failure: SqlFailure): Promise<Finding> {
  const { role, grant } = located;
  const fix = (text: string): Fix => ({ text, sql: grant.shown });
  const said = `Postgres says: ${failure.message}.`;
  switch (located.kind) {
    case "schema":
      return grantFinding(
        "grants.schema",
        `Role ${role} has no USAGE on schema ${located.schema}.`,
        [said, "Without it no object of the schema can be named, whatever is granted on the object."],
        fix(
          failure.where === null
            ? "Grant USAGE on the schema."
            : "Grant USAGE on the schema, or make the function that goes there SECURITY DEFINER.",
        ),
      );
    case "sequence": {
      const sequence = inquiry.show(located.relation);
      const uses = await defaultsUsing(inquiry.session, "pg_class", located.relation.oid);
      const columns = uses.map(({ table, column }) => `${quoteName(table)}.${quoteName(column)}`);
      return grantFinding(
        "grants.sequence",
        `Role ${role} has no USAGE on sequence ${sequence}.`,
        [
          said,
          columns.length > 0
            ? `The default of ${listed(columns)} takes its value from it; INSERT on the table does not include that.`
            : "Something in the request calls nextval() on it.",
          "Values taken from a sequence are not given back: the attempt has moved it on.",
        ],
        fix("Grant USAGE on the sequence, or make the column GENERATED … AS IDENTITY, which needs none."),
      );
    }
    case "function":
      return functionFinding(inquiry, located, said, fix("Grant EXECUTE on the function."));
    case "relation":
      return tableFinding(inquiry, located, failure, said);
  }
}

async function functionFinding(
  inquiry: Inquiry,
  { fn, role }: Extract<Located, { kind: "function" }>,
  said: string,
  fix: Fix,
): Promise<Finding> {
  const policies = await policiesUsing(inquiry.session, "pg_proc", fn.oid);
  const defaults = await defaultsUsing(inquiry.session, "pg_proc", fn.oid);
  const { plan } = inquiry.sent;
  const called = plan.kind === "call" && plan.routine.name === fn.name;
  if (policies.length > 0 && !called) {
    const names = policies.map(({ policy, table }) => `"${policy}" of ${quoteName(table)}`);
    return grantFinding(
      "grants.policy-function",
      `Policy ${listed(names)} calls ${fn.signature}, and role ${role} may not execute it.`,
      [said, "A policy's functions are called with the privileges of whoever makes the request."],
      fix,
    );
  }
  return grantFinding(
    "grants.function",
    `Role ${role} has no EXECUTE on function ${fn.signature}.`,
    [
      said,
      ...(defaults.length > 0 && !called
        ? [`The default of ${listed(defaults.map(({ table, column }) => `${table}.${column}`))} calls it.`]
        : []),
      "EXECUTE belongs to PUBLIC until it is revoked.",
    ],
    fix,
  );
}

const changedSince = (failure: SqlFailure): Finding => ({
  code: "grants.other",
  layer: "grants",
  title: `Postgres refused for want of a privilege; asked again, the same request passes.`,
  because: [`Postgres said: ${failure.message}.`, "Privileges have changed since the request."],
});

const unlocated = (inquiry: Inquiry, { kind, name }: Denied, failure: SqlFailure): Finding => ({
  code: "grants.other",
  layer: "grants",
  title: `Postgres refused for want of a privilege: ${failure.message}.`,
  because: [
    `No single GRANT on a ${kind} called ${name} changes that for ${inquiry.role}; the database may have changed since the request.`,
    ...(failure.where === null ? [] : [`Postgres was in: ${placeText(failure.where)}.`]),
  ],
});
