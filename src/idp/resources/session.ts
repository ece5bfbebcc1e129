/** Sessions: for browsers with user and a fresh token in them, for servers as a plain record. */

import { epochSeconds } from "../../time/clock.ts";
import { verifiedMinutes } from "../claims/session.ts";
import type { IdpContext } from "../context.ts";
import { draftSessionToken, sealDraft } from "../issue.ts";
import { membershipsOfUser } from "../store/organizations.ts";
import { isActive } from "../store/sessions.ts";
import type { Session } from "../store/types.ts";
import { membershipJson } from "./organization.ts";
import { frontendUserJson, publicUserData } from "./user.ts";

function commonJson(ctx: IdpContext, session: Session) {
  const expired = session.status === "active" && !isActive(session, ctx.clock);
  return {
    object: "session",
    id: session.id,
    status: expired ? "expired" : session.status,
    actor: null,
    last_active_at: session.lastActiveAt,
    last_active_organization_id: session.activeOrganizationId,
    expire_at: session.expireAt,
    abandon_at: session.abandonAt,
    created_at: session.createdAt,
    updated_at: session.updatedAt,
  };
}

/** `origin`: of the page, for the token's `azp`. */
export function frontendSessionJson(ctx: IdpContext, session: Session, origin: string | undefined) {
  const user = ctx.store.users.get(session.userId);
  const memberships = membershipsOfUser(ctx.store, session.userId);
  const jwt = isActive(session, ctx.clock) ? sealDraft(draftSessionToken(ctx, session, { origin })) : undefined;
  return {
    ...commonJson(ctx, session),
    factor_verification_age: [verifiedMinutes(session, epochSeconds(ctx.clock)), -1],
    last_active_token: jwt === undefined ? null : { object: "token", jwt },
    tasks: null,
    user: user
      ? frontendUserJson(
          user,
          memberships.map((membership) => membershipJson(ctx, membership, "frontend")),
        )
      : null,
    public_user_data: user ? publicUserData(user) : null,
  };
}

export function backendSessionJson(ctx: IdpContext, session: Session) {
  return { ...commonJson(ctx, session), user_id: session.userId, client_id: session.clientId };
}
