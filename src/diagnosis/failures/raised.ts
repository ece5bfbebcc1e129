/** RAISE: a function or a trigger refuses by itself, whatever SQLSTATE it borrows for it. */
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";
import type { Finding } from "../types.ts";
import { placeText } from "../words.ts";

const PLACE = /^PL\/pgSQL function (.+) line \d+ at RAISE/;

export const isRaised = ({ where, sqlState }: SqlFailure): boolean =>
  PLACE.test(where ?? "") || sqlState === "P0001" || sqlState === "PGRST" || sqlState.startsWith("PT");

/** What it looked for may be there and hidden: then it is row security after all. */
export async function raisedFinding({ replay, role }: Inquiry, failure: SqlFailure): Promise<Finding> {
  const { sqlState, message, detail, hint, where } = failure;
  const name = PLACE.exec(where ?? "")?.[1];
  const again = await replay.run();
  const lifted = again.ok ? undefined : await replay.run({ lifted: [role] });
  const passes = lifted !== undefined && (lifted.ok || lifted.failure.message !== message);
  const raiser = name ?? "the function or trigger that raises it";
  return {
    code: "sql.raised",
    layer: "constraints",
    title: `${name === undefined ? "Postgres refused with" : `${name} raises`} ${sqlState}: ${message}.`,
    because: [
      ...(detail === null ? [] : [detail]),
      ...(hint === null ? [] : [`Hint: ${hint}`]),
      ...(where === null ? [] : [`Postgres was in: ${placeText(where)}.`]),
      ...(sqlState === "42501" ? ["No GRANT is missing: the function itself refuses."] : []),
      ...(passes
        ? [`It is not raised where row security does not hold for ${role}: rows that it looks for are hidden.`]
        : []),
    ],
    fix: {
      text: passes
        ? `Let a policy show ${role} the rows that ${raiser} reads or writes, if this user may use them.`
        : `Look at ${raiser}.`,
    },
    ...(passes
      ? {
          proof: {
            tried: "the same request with row security lifted",
            result: lifted.ok ? "it passes" : `${lifted.failure.sqlState}: ${lifted.failure.message}`,
            holds: true,
          },
        }
      : {}),
  };
}
