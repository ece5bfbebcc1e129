/** Clerk's session token, version 2: RS256, about a minute. */
import { randomBytes } from "node:crypto";
import type { JwsHeader } from "../../tokens/jws.ts";
import type { Instance } from "../keys.ts";
import type { Membership, Organization, Session } from "../store/types.ts";
import { SESSION_CLASS } from "./token-class.ts";

const SESSION_TOKEN_LIFETIME = 60;
/** Session tokens are valid from ten seconds before they are made. */
const SESSION_TOKEN_SKEW = 10;
/** What `fva` says of a session no person has signed in to: the Backend API's sessions. */
const NEVER_VERIFIED = 99_999;

export interface SessionTokenInput {
  readonly instance: Instance;
  readonly session: Session;
  readonly active: { readonly organization: Organization; readonly membership: Membership } | undefined;
  /** Epoch seconds. */
  readonly now: number;
  /** Seconds; Clerk's default is 60. */
  readonly lifetime?: number;
  /** The page's origin; absent when a server mints. */
  readonly origin: string | undefined;
}

export function sessionHeader(instance: Instance, now: number): JwsHeader {
  return { alg: "RS256", cat: SESSION_CLASS, kid: instance.id, oiat: now, typ: "JWT" };
}

export function sessionClaims(input: SessionTokenInput): Record<string, unknown> {
  const { instance, session, active, now, origin } = input;
  return {
    ...(origin === undefined ? {} : { azp: origin }),
    exp: now + (input.lifetime ?? SESSION_TOKEN_LIFETIME),
    fva: [verifiedMinutes(session, now), -1],
    iat: now,
    iss: instance.issuer,
    nbf: now - SESSION_TOKEN_SKEW,
    // Version 2 names the role without its prefix.
    ...(active
      ? {
          o: {
            id: active.organization.id,
            rol: active.membership.role.replace(/^org:/, ""),
            slg: active.organization.slug,
          },
        }
      : {}),
    sid: session.id,
    sts: "active",
    sub: session.userId,
    v: 2,
  };
}

/** Minutes since a person proved who they are; `now` in epoch seconds. */
export function verifiedMinutes({ verifiedAt }: Pick<Session, "verifiedAt">, now: number): number {
  return verifiedAt === null ? NEVER_VERIFIED : Math.max(0, Math.floor((now - verifiedAt / 1000) / 60));
}

/** Tokens with custom claims and template tokens carry one, plain session tokens do not. */
export function newJti(): string {
  return randomBytes(10).toString("hex");
}
