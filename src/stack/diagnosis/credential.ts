/** Whose request it is: the text after `Bearer`. */
import type { Idp } from "../../idp/idp.ts";
import { modes } from "../../project/mode/mode.ts";
import type { ModeName } from "../../project/mode/types.ts";
import type { Clock } from "../../time/clock.ts";
import { staticKey } from "../../tokens/keys.ts";
import { StackError } from "../errors.ts";
import { issueToken } from "../tokens.ts";
import type { AskedRequest } from "./asked-request.ts";

export interface Issuer {
  readonly idp: Idp;
  readonly clock: Clock;
  readonly mode: ModeName;
  /** The project's, in that mode. */
  readonly secret: string;
}

/** Long enough for one question. Seconds. */
const LIFETIME = 300;

/** Undefined: nobody's. Throws `StackError` or `MintError`. */
export function credentialOf(
  { as: user, token, key }: Pick<AskedRequest, "as" | "token" | "key">,
  { idp, clock, mode, secret }: Issuer,
): string | undefined {
  if ([user, token, key].filter((given) => given !== undefined).length > 1) throw severalCallers();
  if (user !== undefined) return issueToken(idp, secret, clock, { user, secret, expiresIn: LIFETIME }).token;
  if (key === undefined) return token;
  if (!modes[mode].tokens.keyRoles.includes(key)) throw noKeys(mode);
  return staticKey(key, secret, clock);
}

const severalCallers = () =>
  new StackError("BAD_REQUEST", {
    what: "A request can have one caller only.",
    why: "--as, --token and --key each say whose it is.",
    next: "Leave all but one of them out.",
  });

const noKeys = (mode: ModeName) =>
  new StackError("BAD_REQUEST", {
    what: `There are no anon and service_role keys on ${mode}.`,
    why: "Keys name a role, and on v2 the gateway decides about the role.",
    next: "Use --as with a user, or --mode v1.",
  });
