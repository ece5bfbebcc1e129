/** Tokens without a browser, right or wrong on purpose: for the command line, the test kit and the minting API. */

import { epochSeconds } from "../time/clock.ts";
import type { JwsHeader, SigningAlgorithm, SigningKey } from "../tokens/jws.ts";
import { sortKeys } from "./claims/order.ts";
import { templateHeader } from "./claims/template.ts";
import type { IdpContext } from "./context.ts";
import {
  type ActiveOrganization,
  activeOrganization,
  type Draft,
  draftSessionToken,
  draftTemplateToken,
  sealDraft,
} from "./issue.ts";
import { findOrganization } from "./store/organizations.ts";
import { createClient, createSession, isActive } from "./store/sessions.ts";
import type { Session, User } from "./store/types.ts";
import { findUser } from "./store/users.ts";
import { findTemplate } from "./templates.ts";

export interface MintOptions {
  /** Name in the users file, id, e-mail address or user name. */
  readonly user: string;
  /** Name of a JWT template; `flux` by default. */
  readonly template?: string | undefined;
  /** A session token (RS256) instead of a template token. */
  readonly session?: boolean | undefined;
  /** Id or slug of the organisation that is active in the session; none by default. */
  readonly organization?: string | undefined;
  /** Set or replace claims, reserved ones included. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  /** Leave these claims out. */
  readonly drop?: readonly string[] | undefined;
  /** Seconds from now until `exp`; negative makes a token that has expired. Default: the template's lifetime. */
  readonly expiresIn?: number | undefined;
  /** Seconds from now until the token becomes valid. */
  readonly notBefore?: number | undefined;
  /** `null` leaves `sub` out, a text (blank, too) replaces it. */
  readonly subject?: string | null | undefined;
  /** Sign with this text instead of the right secret. */
  readonly secret?: string | undefined;
  /** Sign in another way than the template says. */
  readonly algorithm?: SigningAlgorithm | undefined;
  /** Becomes `azp`, as if a page of that origin had asked. */
  readonly origin?: string | undefined;
}

export interface MintedToken {
  readonly jwt: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly userId: string;
}

/** A mistake in what was asked for; the message says what there is instead. */
export class MintError extends Error {
  override readonly name = "MintError";
}

/** Makes a token. Throws `MintError` for an unknown user, template or organisation and for options that contradict. */
export function mintToken(ctx: IdpContext, options: MintOptions): MintedToken {
  const user = knownUser(ctx, options.user);
  const draft = tamper(ctx, rightDraft(ctx, user, options), options);
  return { jwt: sealDraft(draft), header: draft.header, claims: sortKeys(draft.claims), userId: user.id };
}

function rightDraft(ctx: IdpContext, user: User, options: MintOptions): Draft {
  const active = knownOrganization(ctx, user, options.organization);
  const issue = { origin: options.origin };
  if (options.session) {
    if (options.template !== undefined)
      throw new MintError(
        "A token is either a session token or made from a template; leave one of the two options out.",
      );
    const session = serverSession(ctx, user);
    return draftSessionToken(ctx, { ...session, activeOrganizationId: active?.organization.id ?? null }, issue);
  }
  const name = options.template ?? "flux";
  const template = findTemplate(ctx.store, name);
  if (!template) {
    const names = [...ctx.store.templates.values()].map((known) => known.name).join(", ");
    throw new MintError(`There is no JWT template "${name}". Templates: ${names}. Add it to the config to use it.`);
  }
  return draftTemplateToken(ctx, template, user, active, issue);
}

/** One session per user stands for all tokens a server asks for; its id is real, so `getToken` on a server works. */
function serverSession(ctx: IdpContext, user: User): Session {
  for (const session of ctx.store.sessions.values()) {
    if (session.userId === user.id && session.verifiedAt === null && isActive(session, ctx.clock)) return session;
  }
  return createSession(ctx.store, ctx.clock, createClient(ctx.store, ctx.clock, null), user.id, { verified: false });
}

function tamper(ctx: IdpContext, draft: Draft, options: MintOptions): Draft {
  const claims = { ...draft.claims };
  retime(ctx, claims, options);
  if (options.subject === null) delete claims["sub"];
  else if (options.subject !== undefined) claims["sub"] = options.subject;
  Object.assign(claims, options.claims);
  for (const name of options.drop ?? []) delete claims[name];
  return { ...resign(ctx, draft, options), claims };
}

/** Moves the token's whole life, so that an expired token looks like one that was right once. */
function retime(ctx: IdpContext, claims: Record<string, unknown>, { expiresIn, notBefore }: MintOptions): void {
  const now = epochSeconds(ctx.clock);
  const lifetime = Number(claims["exp"]) - now;
  const skew = now - Number(claims["nbf"]);
  if (notBefore !== undefined) {
    claims["nbf"] = now + notBefore;
    claims["exp"] = now + Math.max(0, notBefore) + (expiresIn ?? lifetime);
    return;
  }
  if (expiresIn === undefined) return;
  claims["exp"] = now + expiresIn;
  if (expiresIn > 0) return;
  claims["iat"] = now + expiresIn - lifetime;
  claims["nbf"] = now + expiresIn - lifetime - skew;
}

function resign(ctx: IdpContext, draft: Draft, { algorithm, secret }: MintOptions): Pick<Draft, "header" | "key"> {
  if (algorithm === undefined && secret === undefined) return draft;
  const usual = draft.header.alg;
  // A secret for a token that has none asks for the classic confusion: HS256 where the verifier expects a public key.
  const wanted = algorithm ?? (usual === "RS256" ? "HS256" : usual);
  if (secret !== undefined && !wanted.startsWith("HS"))
    throw new MintError(`A secret signs HS256, HS384 or HS512, not ${wanted}; leave one of the two options out.`);
  return { header: headerFor(ctx, draft, wanted), key: keyFor(ctx, draft, wanted, secret) };
}

function headerFor(ctx: IdpContext, draft: Draft, algorithm: SigningAlgorithm): JwsHeader {
  const { kid } = templateHeader(ctx.instance, algorithm);
  return { ...draft.header, alg: algorithm, ...(kid === undefined ? {} : { kid }) };
}

function keyFor(ctx: IdpContext, draft: Draft, algorithm: SigningAlgorithm, secret: string | undefined): SigningKey {
  if (algorithm === "RS256") return ctx.instance.privateKey;
  return secret ?? (typeof draft.key === "string" ? draft.key : ctx.projectSecret());
}

function knownUser(ctx: IdpContext, called: string): User {
  const user = findUser(ctx.store, called);
  if (user) return user;
  const names = [...ctx.store.users.values()].map((known) => known.handle ?? known.id);
  throw new MintError(
    names.length === 0
      ? `There is no user "${called}": the identity provider has no users yet. Add one to the users file.`
      : `There is no user "${called}". Users: ${names.join(", ")}. Add others to the users file.`,
  );
}

function knownOrganization(ctx: IdpContext, user: User, called: string | undefined): ActiveOrganization {
  if (called === undefined) return undefined;
  const organization = findOrganization(ctx.store, called);
  const active = organization && activeOrganization(ctx, user.id, organization.id);
  if (active) return active;
  throw new MintError(
    `${user.handle ?? user.id} does not belong to an organisation "${called}". Add it to the user's organizations.`,
  );
}
