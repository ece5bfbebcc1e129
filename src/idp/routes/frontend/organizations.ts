/** Organisations as their members see them. */
import type { HttpResponse } from "../../../http/message.ts";
import { currentSession } from "../../browser.ts";
import { type Call, type Route, text } from "../../call.ts";
import type { IdpContext } from "../../context.ts";
import { formError, missingParameter, organizationNotFound } from "../../errors.ts";
import { activeOrganization } from "../../issue.ts";
import { envelope } from "../../resources/client.ts";
import { membershipJson, organizationJson } from "../../resources/organization.ts";
import { createOrganization, findOrganization, membershipsOfOrganization } from "../../store/organizations.ts";
import type { Client, Organization } from "../../store/types.ts";

export const organizationRoutes: readonly Route[] = [
  { method: "POST", pattern: "/v1/organizations", handle: create },
  {
    method: "GET",
    pattern: "/v1/organizations/:id",
    handle: (ctx, call) => {
      const { client, organization } = ownOrganization(ctx, call);
      return envelope(ctx, call, client, organizationJson(ctx, organization, "frontend"));
    },
  },
  {
    method: "GET",
    pattern: "/v1/organizations/:id/memberships",
    handle: (ctx, call) => {
      const { client, organization } = ownOrganization(ctx, call);
      const members = membershipsOfOrganization(ctx.store, organization.id);
      const data = members.map((membership) => membershipJson(ctx, membership, "frontend"));
      return envelope(ctx, call, client, { data, total_count: data.length });
    },
  },
];

function create(ctx: IdpContext, call: Call): HttpResponse {
  const { client, user } = currentSession(ctx, call);
  const name = text(call.fields, "name");
  if (!name) throw missingParameter("name");
  const slug = text(call.fields, "slug");
  if (slug && findOrganization(ctx.store, slug)) {
    throw formError("form_identifier_exists", "slug", "That slug is taken. Please try another.");
  }
  const given = { name, ...(slug ? { slug } : {}), createdBy: user.id };
  const organization = createOrganization(ctx.store, ctx.clock, given);
  return envelope(ctx, call, client, organizationJson(ctx, organization, "frontend"));
}

/** The organisation of the path, if the caller belongs to it; Clerk does not tell strangers that it exists. */
function ownOrganization(ctx: IdpContext, call: Call): { client: Client; organization: Organization } {
  const { client, user } = currentSession(ctx, call);
  const id = call.params["id"]!;
  const active = activeOrganization(ctx, user.id, id);
  if (!active) throw organizationNotFound(id);
  return { client, organization: active.organization };
}
