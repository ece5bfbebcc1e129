/** The emulator's own API: tokens for any user, right or wrong on purpose. Loopback pages and programs only. */
import { z } from "zod";
import { isLoopbackOrigin } from "../../../http/origin.ts";
import type { Call, Route } from "../../call.ts";
import { ClerkError } from "../../errors.ts";
import { MintError, mintToken } from "../../mint.ts";
import { json } from "../../reply.ts";
import { membershipsOfUser } from "../../store/organizations.ts";
import { primaryEmail } from "../../store/users.ts";

const mintBody = z.strictObject({
  user: z.string(),
  template: z.string().optional(),
  session: z.boolean().optional(),
  organization: z.string().optional(),
  claims: z.record(z.string(), z.unknown()).optional(),
  drop: z.array(z.string()).optional(),
  expiresIn: z.number().optional(),
  notBefore: z.number().optional(),
  subject: z.string().nullable().optional(),
  secret: z.string().optional(),
  algorithm: z.enum(["HS256", "HS384", "HS512", "RS256", "none"]).optional(),
  origin: z.string().optional(),
});

export const mintRoutes: readonly Route[] = [
  {
    method: "POST",
    pattern: "/v1/emulator/tokens",
    handle: (ctx, call) => {
      loopbackOnly(call);
      const options = mintBody.safeParse(call.fields);
      if (!options.success) throw new ClerkError(400, "request_body_invalid", z.prettifyError(options.error));
      try {
        return json(mintToken(ctx, options.data));
      } catch (error) {
        if (error instanceof MintError) throw new ClerkError(422, "mint_refused", error.message);
        throw error;
      }
    },
  },
  {
    method: "GET",
    pattern: "/v1/emulator/users",
    handle: (ctx, call) => {
      loopbackOnly(call);
      return json(
        [...ctx.store.users.values()].map((user) => ({
          name: user.handle ?? null,
          id: user.id,
          email: primaryEmail(user)?.email ?? null,
          organizations: membershipsOfUser(ctx.store, user.id).map(({ organizationId, role }) => ({
            id: organizationId,
            slug: ctx.store.organizations.get(organizationId)?.slug ?? null,
            role,
          })),
        })),
      );
    },
  },
];

/** Without an origin no page asked, but a program. */
function loopbackOnly(call: Call): void {
  if (call.origin === undefined || isLoopbackOrigin(call.origin)) return;
  const reason = `Pages of ${call.origin} may not ask the emulator for tokens; only pages on this machine may.`;
  throw new ClerkError(403, "origin_not_allowed", "Origin not allowed", reason);
}
