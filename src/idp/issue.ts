/** Tokens for sessions and users: drafted first, so that the mint can spoil a draft before it is signed. */
import { epochSeconds } from "../time/clock.ts";
import { type JwsHeader, type SigningKey, signJws } from "../tokens/jws.ts";
import { sortKeys } from "./claims/order.ts";
import { sessionClaims, sessionHeader } from "./claims/session.ts";
import { templateClaims, templateHeader } from "./claims/template.ts";
import type { IdpContext } from "./context.ts";
import { templateNotFound } from "./errors.ts";
import { findMembership, membershipsOfUser } from "./store/organizations.ts";
import type { JwtTemplate, Membership, Organization, Session, User } from "./store/types.ts";
import { findTemplate } from "./templates.ts";

export interface Draft {
  readonly header: JwsHeader;
  readonly claims: Record<string, unknown>;
  readonly key: SigningKey;
}

export interface IssueOptions {
  /** Origin of the page that asks; absent for servers. */
  readonly origin?: string | undefined;
  /** Seconds, instead of the token's usual lifetime. */
  readonly lifetime?: number | undefined;
}

export type ActiveOrganization = { readonly organization: Organization; readonly membership: Membership } | undefined;

/** The organisation, if it exists and the user belongs to it. */
export function activeOrganization(ctx: IdpContext, userId: string, organizationId: string | null): ActiveOrganization {
  if (organizationId === null) return undefined;
  const organization = ctx.store.organizations.get(organizationId);
  const membership = findMembership(ctx.store, userId, organizationId);
  return organization && membership ? { organization, membership } : undefined;
}

export function draftSessionToken(ctx: IdpContext, session: Session, options: IssueOptions = {}): Draft {
  const now = epochSeconds(ctx.clock);
  const claims = sessionClaims({
    instance: ctx.instance,
    session,
    active: activeOrganization(ctx, session.userId, session.activeOrganizationId),
    now,
    origin: options.origin,
    ...(options.lifetime === undefined ? {} : { lifetime: options.lifetime }),
  });
  return { header: sessionHeader(ctx.instance, now), claims, key: ctx.instance.privateKey };
}

export function draftTemplateToken(
  ctx: IdpContext,
  template: JwtTemplate,
  user: User,
  active: ActiveOrganization,
  options: IssueOptions = {},
): Draft {
  const claims = templateClaims({
    instance: ctx.instance,
    template,
    user,
    memberships: membershipsOfUser(ctx.store, user.id),
    active,
    now: epochSeconds(ctx.clock),
    origin: options.origin,
    ...(options.lifetime === undefined ? {} : { lifetime: options.lifetime }),
  });
  return { header: templateHeader(ctx.instance, template.signingAlgorithm), claims, key: keyOf(ctx, template) };
}

/** The same for a session, with the organisation that is active in it. Throws Clerk's refusal of a template that there is not. */
export function draftSessionTemplateToken(
  ctx: IdpContext,
  session: Session,
  name: string,
  options: IssueOptions = {},
): Draft {
  const user = ctx.store.users.get(session.userId);
  const template = findTemplate(ctx.store, name);
  if (!template || !user) throw templateNotFound(name);
  const active = activeOrganization(ctx, user.id, session.activeOrganizationId);
  return draftTemplateToken(ctx, template, user, active, options);
}

export function sealDraft({ header, claims, key }: Draft): string {
  return signJws(header, sortKeys(claims), key);
}

function keyOf(ctx: IdpContext, template: JwtTemplate): SigningKey {
  if (template.signingAlgorithm === "RS256") return ctx.instance.privateKey;
  return template.signingKey ?? ctx.projectSecret();
}
