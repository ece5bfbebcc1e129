/** RAISE: a function or a trigger refuses by itself, whatever SQLSTATE it borrows for it. */
import { actingOwners } from "../grants/users.ts";
import type { Inquiry } from "../inquiry.ts";
import { ownerPolicies } from "../policies/owner-policies.ts";
import type { SqlFailure } from "../replay/session.ts";
import type { Finding, Fix, Proof } from "../types.ts";
import { placeText } from "../words.ts";

const RAISE = /^PL\/pgSQL function .+ line \d+ at RAISE/;
const PLACE = /^PL\/pgSQL function (.+) line \d+ at /;

/** INTO STRICT found no row, or several: the function asked for that to be refused. */
const isStrict = (sqlState: string): boolean => sqlState === "P0002" || sqlState === "P0003";

export const isRaised = ({ where, sqlState }: SqlFailure): boolean =>
  RAISE.test(where ?? "") ||
  isStrict(sqlState) ||
  sqlState === "P0001" ||
  sqlState === "PGRST" ||
  sqlState.startsWith("PT");

/** What it looked for may be there and hidden: then it is row security after all. */
export async function raisedFinding(inquiry: Inquiry, failure: SqlFailure): Promise<Finding> {
  const { sqlState, message, detail, hint, where } = failure;
  const name = PLACE.exec(where ?? "")?.[1];
  const raiser = name ?? "the function or trigger that raises it";
  const hidden = await hiddenFrom(inquiry, message);
  const found: Found =
    hidden === undefined
      ? {
          because: [],
          fix: { text: `Look at ${raiser}${isStrict(sqlState) ? ": its query has to give one row" : ""}.` },
        }
      : await asHidden(inquiry, raiser, hidden);
  return {
    code: "sql.raised",
    layer: "constraints",
    title: `${name === undefined ? "Postgres refused with" : `${name} raises`} ${sqlState}: ${message}.`,
    because: [
      ...(detail === null ? [] : [detail]),
      ...(hint === null ? [] : [`Hint: ${hint}`]),
      ...(where === null ? [] : [`Postgres was in: ${placeText(where)}.`]),
      ...(sqlState === "42501" ? ["No GRANT is missing: the function itself refuses."] : []),
      ...found.because,
    ],
    fix: found.fix,
    ...(found.proof === undefined ? {} : { proof: found.proof }),
  };
}

interface Found {
  readonly because: readonly string[];
  readonly fix: Fix;
  readonly proof?: Proof;
}

interface Hidden {
  /** Who does not see the rows: the request's role, or the owner that a function runs as. */
  readonly role: string;
  readonly result: string;
}

/** Undefined when it is raised without row security too. */
async function hiddenFrom({ replay, role, session, names }: Inquiry, message: string): Promise<Hidden | undefined> {
  const again = await replay.run();
  if (again.ok) return undefined;
  const lifted: string[] = [];
  for (const one of [role, ...(await actingOwners(session, names.schema))]) {
    lifted.push(one);
    const tried = await replay.run({ lifted });
    if (tried.ok) return { role: one, result: "it passes" };
    if (tried.failure.message !== message)
      return { role: one, result: `${tried.failure.sqlState}: ${tried.failure.message}` };
  }
  return undefined;
}

async function asHidden(inquiry: Inquiry, raiser: string, { role, result }: Hidden): Promise<Found> {
  const own = role === inquiry.role;
  const sql = own ? "" : await ownerPolicies(inquiry, raiser, role);
  return {
    because: [
      `It is not raised where row security does not hold for ${role}: rows that it looks for are hidden.`,
      ...(own
        ? []
        : [`A SECURITY DEFINER function runs as ${role}, and FORCE ROW LEVEL SECURITY holds for owners too.`]),
    ],
    fix: {
      text: own
        ? `Let a policy show ${role} the rows that ${raiser} reads or writes, if this user may use them.`
        : `Give ${role} a policy on the tables that ${raiser} reads or writes; requests run as another role.`,
      ...(sql === "" ? {} : { sql }),
    },
    proof: {
      tried: `the same request with row security lifted${own ? "" : ` for ${role} as well`}`,
      result,
      holds: true,
    },
  };
}
