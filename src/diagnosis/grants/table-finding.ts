/** A privilege on a table that is missing: for the request itself, or for what a policy, a view or a function reads. */
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";
import type { Finding, Fix } from "../types.ts";
import { listed, placeText, quoteName } from "../words.ts";
import { grantFinding } from "./grant-finding.ts";
import type { Located } from "./locate.ts";
import { readableColumns } from "./missing.ts";
import { needsOn } from "./needs.ts";
import { policiesUsing } from "./users.ts";

export async function tableFinding(
  inquiry: Inquiry,
  located: Extract<Located, { kind: "relation" }>,
  failure: SqlFailure,
  said: string,
): Promise<Finding> {
  const { relation, missing, named, role, grant } = located;
  const table = inquiry.show(relation);
  const fix: Fix = { text: "Grant it in a migration.", sql: grant.shown };
  const privileges = listed(
    missing.map(({ privilege, columns }) =>
      columns === null ? privilege : `${privilege} (${columns.map(quoteName).join(", ")})`,
    ),
  );
  if (role !== inquiry.role) {
    return grantFinding(
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
      return grantFinding(
        "grants.policy-table",
        `Policy ${listed(names)} reads ${table}, and role ${role} has no ${privileges} on it.`,
        [said, "A policy's sub-selects run with the privileges of whoever makes the request."],
        fix,
      );
    }
    if (failure.where !== null) {
      return grantFinding(
        "grants.function-body",
        `A function uses ${table}, and role ${role} has no ${privileges} on it.`,
        [said, `Postgres was in: ${placeText(failure.where)}.`, "The function runs with its caller's privileges."],
        { ...fix, text: bodyFix(inquiry, located, failure.where) },
      );
    }
  }
  if (missing.some(({ columns }) => columns !== null)) return columnFinding(inquiry, located, said, fix);
  return writeFinding(inquiry, located, said, fix);
}

/** Whom a function reads or writes for need not be able to do so by hand. */
function bodyFix(
  { trace }: Inquiry,
  { missing, relation }: Extract<Located, { kind: "relation" }>,
  where: string,
): string {
  const [, named, given = "()"] = /function "?([\w$.]+)"?(\([^)]*\))?/.exec(where) ?? [];
  if (named === undefined) return "Grant it in a migration.";
  const verb = missing.every(({ privilege }) => privilege === "SELECT") ? "read" : "write";
  const owner = trace.mode === "v2" && relation.rowSecurity ? ", and give its owner policies there," : "";
  return `Grant it in a migration; or, if users are not to ${verb} ${quoteName(relation.name)} themselves, make ${named}${given} SECURITY DEFINER${owner} instead.`;
}

async function columnFinding(
  inquiry: Inquiry,
  { relation, missing, role, named }: Extract<Located, { kind: "relation" }>,
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
  return grantFinding(
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
          text: !named
            ? `Grant it, or leave ${listed(granted.map(quoteName))} out of what reads ${table}.`
            : all
              ? `Ask for what may be read (select=${readable.join(",")}), or grant the rest.`
              : `Leave ${listed(granted.map(quoteName))} out of select, filters and order, or grant it.`,
        }
      : unsent(missing, fix),
  );
}

/** Columns that are granted one by one are mostly those that users may set. */
function unsent(missing: Extract<Located, { kind: "relation" }>["missing"], fix: Fix): Fix {
  const written = [
    ...new Set(missing.flatMap(({ privilege, columns }) => (privilege === "SELECT" ? [] : (columns ?? [])))),
  ];
  if (written.length === 0) return fix;
  return { ...fix, text: `Leave ${listed(written.map(quoteName))} out of what is sent, or grant it in a migration.` };
}

const UNCHANGED =
  "Grant it in a migration; or, if rows that exist are to stay as they are, send Prefer: resolution=ignore-duplicates.";

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
      return grantFinding(
        "grants.upsert",
        title,
        [
          said,
          "An upsert is INSERT … ON CONFLICT DO UPDATE: it needs INSERT, SELECT and UPDATE, also when no row conflicts.",
        ],
        missing.every(({ privilege }) => privilege === "UPDATE") ? { ...fix, text: UNCHANGED } : fix,
      );
    return grantFinding("grants.returning", title, [said, returningReason], {
      ...fix,
      text: "Send Prefer: return=minimal, or grant SELECT.",
    });
  }
  const command = isTarget ? plan.mutate.kind.toUpperCase() : "";
  if (isTarget && missing.length === 1 && lacks("SELECT"))
    return grantFinding(
      "grants.returning",
      title,
      [
        said,
        `${command} is granted, but the columns that its filter or its RETURNING names are read, and that needs SELECT.`,
      ],
      fix,
    );
  return grantFinding("grants.table", title, [said, defaultsReason(inquiry)], fix);
}

const returningReason =
  "INSERT is granted. Prefer: return=representation makes it INSERT … RETURNING, and what is returned is read.";

const defaultsReason = ({ trace, role }: Inquiry): string =>
  trace.mode === "v2"
    ? "On v2 a new table gives the project's role SELECT and nothing else; every other privilege is granted in a migration. Policies come after that."
    : `On v1 a new table gives anon, authenticated and service_role everything; ${role} has lost this by a REVOKE, or the table is not the API schema's.`;
