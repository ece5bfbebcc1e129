/** Refused before the main statement: the role could not be taken on, or the pre-request function said no. */
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";
import type { Finding } from "../types.ts";
import { placeText, quoteName } from "../words.ts";

export function contextFinding(
  inquiry: Pick<Inquiry, "role" | "names">,
  failure: SqlFailure,
  statement: "context" | "pre-request",
): Finding {
  const { role, names } = inquiry;
  if (statement === "pre-request") {
    return {
      code: "role.pre-request",
      layer: "role",
      title: `The pre-request function refused: ${failure.message}.`,
      because: [
        `SQLSTATE ${failure.sqlState}${failure.where === null ? "" : `, in ${placeText(failure.where)}`}.`,
        "It runs before every request, as the request's role.",
      ],
      fix: { text: "Look at the function's conditions." },
    };
  }
  if (failure.sqlState === "22023" && failure.message === `role "${role}" does not exist`) {
    return {
      code: "role.unknown",
      layer: "role",
      title: `The token's role ${JSON.stringify(role)} does not exist in the database.`,
      because: [
        "PostgREST on v1 takes the claim role for the name of a database role and switches to it.",
        `A signed-in user's role is ${names.userRole}; v2 ignores the claim.`,
      ],
      fix: { text: `Issue tokens with role: ${names.userRole}, or create the role and grant it what it needs.` },
    };
  }
  if (failure.sqlState === "42501" && failure.message.startsWith("permission denied to set role")) {
    return {
      code: "role.not-granted",
      layer: "role",
      title: `${names.loginRole}, as which PostgREST logs in, may not switch to role ${role}.`,
      because: [`Postgres says: ${failure.message}.`, "SET ROLE needs membership in the role."],
      fix: { text: "Grant the role.", sql: `GRANT ${quoteName(role)} TO ${quoteName(names.loginRole)};` },
    };
  }
  return {
    code: "sql.error",
    layer: "role",
    title: `The request's settings could not be made: ${failure.message}.`,
    because: [`SQLSTATE ${failure.sqlState}; role ${role}.`],
  };
}
