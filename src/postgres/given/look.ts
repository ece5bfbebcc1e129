/** A given server, looked at only. */
import type { ServerVersion } from "../version.ts";
import { connected } from "./connection.ts";
import { judge, type Wish } from "./judge.ts";
import { survey } from "./survey.ts";

export interface Impression {
  readonly version: ServerVersion;
  /** What the user should be told. */
  readonly remarks: readonly string[];
}

/** Changes nothing. `roles`: every role that the mode and the project need. Throws `URL_UNUSABLE` and what `judge` throws. */
export function lookAtGivenServer(wish: Wish & { readonly roles: readonly string[] }): Promise<Impression> {
  return connected(wish.url, async (client) => {
    const seen = await survey(client, wish.roles);
    return { version: seen.version, remarks: judge(seen, wish) };
  });
}
