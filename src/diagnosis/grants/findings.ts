/** `42501 permission denied`: every GRANT that is missing, proven by running the request with it. */
import type { DiagnosisCode } from "../codes.ts";
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";
import type { Finding, Fix, Proof } from "../types.ts";
import { listed, placeText, quoteName } from "../words.ts";
import { type Denied, readDenied } from "./denied.ts";
import { type Located, locate } from "./locate.ts";
import { readableColumns } from "./missing.ts";
import { needsOn } from "./needs.ts";
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
      return finding(
        "grants.schema",
        `Role ${role} has no USAGE on schema ${located.schema}.`,
        [said, "Without it no object of the schema can be named, whatever is granted on the object."],
        fix("Grant USAGE on the schema."),
      );
    case "sequence": {
      const sequence = inquiry.show(located.relation);
      const uses = await defaultsUsing(inquiry.session, "pg_class", located.relation.oid);
      const columns = uses.map(({ table, column }) => `${quoteName(table)}.${quoteName(column)}`);
      return finding(
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

const finding = (code: DiagnosisCode, title: string, because: readonly string[], fix: Fix): Finding => ({
  code,
  layer: "grants",
  title,
  because,
  fix,
});

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
    return finding(
      "grants.policy-function",
      `Policy ${listed(names)} calls ${fn.signature}, and role ${role} may not execute it.`,
      [said, "A policy's functions are called with the privileges of whoever makes the request."],
      fix,
    );
  }
  return finding(
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

async function tableFinding(
  inquiry: Inquiry,
  located: Extract<Located, { kind: "relation" }>,
  failure: SqlFailure,
  said: string,
): Promise<Finding> {
  const { relation, missing, named, role, grant } = located;
  const table = inquiry.show(relation);
  const fix: Fix = { text: "Grant it in a migration.", sql: grant.shown };
  const privileges = listed(missing.map(({ privilege }) => privilege));
  if (role !== inquiry.role) {
    return finding(
      "grants.view-owner",
      `${role}, whose rights count here, has no ${privileges} on ${table}.`,
      [said, "A view without security_invoker and a SECURITY DEFINER function use their owner's privileges."],
      fix,
    );
  }
  if (!named) {
    const policies = await policiesUsing(inquiry.session, "pg_class", relation.oid);
    if (policies.length > 0 && failure.where === null) {
      const names = policies.map((use) => `"${use.policy}" of ${quoteName(use.table)}`);
      return finding(
        "grants.policy-table",
        `Policy ${listed(names)} reads ${table}, and role ${role} has no ${privileges} on it.`,
        [said, "A policy's sub-selects run with the privileges of whoever makes the request."],
        fix,
      );
    }
    if (failure.where !== null) {
      return finding(
        "grants.function-body",
        `A function uses ${table}, and role ${role} has no ${privileges} on it.`,
        [said, `Postgres was in: ${placeText(failure.where)}.`, "The function runs with its caller's privileges."],
        fix,
      );
    }
  }
  if (missing.some(({ columns }) => columns !== null)) return columnFinding(inquiry, located, said, fix);
  return writeFinding(inquiry, located, said, fix);
}

async function columnFinding(
  inquiry: Inquiry,
  { relation, missing, role }: Extract<Located, { kind: "relation" }>,
  said: string,
  fix: Fix,
): Promise<Finding> {
  const table = inquiry.show(relation);
  const parts = missing.map(
    ({ privilege, columns }) =>
      `${privilege} on ${columns === null ? table : `column${columns.length === 1 ? "" : "s"} ${listed(columns.map(quoteName))} of ${table}`}`,
  );
  // The GRANT is in force already, for what comes behind it.
  const granted = missing.flatMap(({ privilege, columns }) => (privilege === "SELECT" ? (columns ?? []) : []));
  const held = await readableColumns(inquiry.session, role, relation);
  const readable = held.filter((name) => !granted.includes(name));
  const reads = missing.some(({ privilege }) => privilege === "SELECT") && readable.length > 0;
  const all = needsOn(inquiry.sent.plan, relation).some(({ columns }) => columns.includes("*"));
  return finding(
    "grants.column",
    `Role ${role} has no ${listed(parts)}.`,
    [
      said,
      "Privileges on this table are granted by column; Postgres names the table all the same.",
      ...(reads ? [`It may read ${listed(readable.map(quoteName))}.`] : []),
      ...(reads && all ? ["Without select= PostgREST asks for all columns."] : []),
    ],
    reads
      ? {
          ...fix,
          text: all
            ? `Ask for what may be read (select=${readable.join(",")}), or grant the rest.`
            : `Leave ${listed(granted.map(quoteName))} out of select, filters and order, or grant it.`,
        }
      : fix,
  );
}

/** The write itself is allowed, or it is not. */
function writeFinding(
  inquiry: Inquiry,
  { relation, missing, role }: Extract<Located, { kind: "relation" }>,
  said: string,
  fix: Fix,
): Finding {
  const { plan } = inquiry.sent;
  const table = inquiry.show(relation);
  const privileges = listed(missing.map(({ privilege }) => privilege));
  const title = `Role ${role} has no ${privileges} on ${table}.`;
  const isTarget = plan.kind === "mutate" && plan.mutate.target.name === relation.name;
  const lacks = (privilege: string) => missing.some((one) => one.privilege === privilege);
  if (isTarget && plan.mutate.kind === "insert" && !lacks("INSERT")) {
    if (plan.mutate.onConflict !== null)
      return finding(
        "grants.upsert",
        title,
        [
          said,
          "An upsert is INSERT … ON CONFLICT DO UPDATE: it needs INSERT, SELECT and UPDATE, also when no row conflicts.",
        ],
        fix,
      );
    return finding("grants.returning", title, [said, returningReason], {
      ...fix,
      text: "Send Prefer: return=minimal, or grant SELECT.",
    });
  }
  const command = isTarget ? plan.mutate.kind.toUpperCase() : "";
  if (isTarget && missing.length === 1 && lacks("SELECT"))
    return finding(
      "grants.returning",
      title,
      [
        said,
        `${command} is granted, but the columns that its filter or its RETURNING names are read, and that needs SELECT.`,
      ],
      fix,
    );
  return finding("grants.table", title, [said, defaultsReason(inquiry)], fix);
}

const returningReason =
  "INSERT is granted. Prefer: return=representation makes it INSERT … RETURNING, and what is returned is read.";

const defaultsReason = ({ trace, role }: Inquiry): string =>
  trace.mode === "v2"
    ? "On v2 a new table gives the project's role SELECT and nothing else; every other privilege is granted in a migration. Policies come after that."
    : `On v1 a new table gives anon, authenticated and service_role everything; ${role} has lost this by a REVOKE, or the table is not the API schema's.`;

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
