/** What Postgres says of a refused row besides its message. */
import type { Inquiry } from "../inquiry.ts";
import type { SqlFailure } from "../replay/session.ts";

/** Under row security Postgres leaves keys and values out, since they might be somebody else's secret. */
export async function unsecuredDetail({ replay, role }: Inquiry, { sqlState }: SqlFailure): Promise<string | null> {
  const lifted = await replay.run({ lifted: [role] });
  return !lifted.ok && lifted.failure.sqlState === sqlState ? lifted.failure.detail : null;
}
