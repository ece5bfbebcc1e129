/** Users as a server manages them. */
import type { HttpResponse } from "../../../http/message.ts";
import { type Call, type Fields, object, type Route, text } from "../../call.ts";
import type { IdpContext } from "../../context.ts";
import { formError, identifierExists, userNotFound } from "../../errors.ts";
import { mergeMetadata, replaceMetadata } from "../../metadata.ts";
import { hashPassword, passwordMatches } from "../../passwords.ts";
import { json } from "../../reply.ts";
import { membershipJson } from "../../resources/organization.ts";
import { backendUserJson } from "../../resources/user.ts";
import { membershipsOfUser } from "../../store/organizations.ts";
import type { User } from "../../store/types.ts";
import { createUser, deleteUser, findByIdentifier, type NewUser } from "../../store/users.ts";
import { page } from "../pages.ts";
import { checkPassword } from "../passwords.ts";
import { searchUsers } from "./user-search.ts";

export const userRoutes: readonly Route[] = [
  {
    method: "GET",
    pattern: "/v1/users",
    handle: (ctx, call) => json(page(searchUsers(ctx, call.query), call).map((user) => backendUserJson(ctx, user))),
  },
  {
    method: "GET",
    pattern: "/v1/users/count",
    handle: (ctx, call) => json({ object: "total_count", total_count: searchUsers(ctx, call.query).length }),
  },
  { method: "POST", pattern: "/v1/users", handle: create },
  { method: "GET", pattern: "/v1/users/:id", handle: (ctx, call) => json(backendUserJson(ctx, knownUser(ctx, call))) },
  { method: "PATCH", pattern: "/v1/users/:id", handle: update },
  {
    method: "PATCH",
    pattern: "/v1/users/:id/metadata",
    handle: (ctx, call) => changeMetadata(ctx, call, mergeMetadata),
  },
  {
    method: "PUT",
    pattern: "/v1/users/:id/metadata",
    handle: (ctx, call) => changeMetadata(ctx, call, replaceMetadata),
  },
  { method: "POST", pattern: "/v1/users/:id/verify_password", handle: verifyPassword },
  { method: "GET", pattern: "/v1/users/:id/organization_memberships", handle: memberships },
  {
    method: "DELETE",
    pattern: "/v1/users/:id",
    handle: (ctx, call) => {
      const user = knownUser(ctx, call);
      deleteUser(ctx.store, ctx.clock, user);
      return json({ object: "user", id: user.id, deleted: true });
    },
  },
];

function create(ctx: IdpContext, call: Call): HttpResponse {
  const emails = list(call.fields["email_address"]);
  for (const email of emails) if (findByIdentifier(ctx.store, email)) throw identifierExists("email_address");
  checkUsername(ctx, call.fields);
  const user = createUser(ctx.store, ctx.clock, { ...profile(call.fields), emails });
  return json(backendUserJson(ctx, user));
}

function update(ctx: IdpContext, call: Call): HttpResponse {
  const user = knownUser(ctx, call);
  checkUsername(ctx, call.fields, user);
  Object.assign(user, profile(call.fields), { updatedAt: ctx.clock.now() });
  const primary = text(call.fields, "primary_email_address_id");
  if (primary && user.emails.some((address) => address.id === primary)) user.primaryEmailId = primary;
  ctx.store.changed();
  return json(backendUserJson(ctx, user));
}

/** The fields that are there, and only those. */
function profile(fields: Fields): NewUser {
  const password = text(fields, "password");
  if (password !== undefined && fields["skip_password_checks"] !== true) checkPassword(password);
  return {
    ...optional("username", nullable(fields, "username")),
    ...optional("firstName", nullable(fields, "first_name")),
    ...optional("lastName", nullable(fields, "last_name")),
    ...optional("externalId", nullable(fields, "external_id")),
    ...optional("passwordHash", password === undefined ? undefined : hashPassword(password)),
    ...optional("publicMetadata", object(fields, "public_metadata")),
    ...optional("privateMetadata", object(fields, "private_metadata")),
    ...optional("unsafeMetadata", object(fields, "unsafe_metadata")),
  };
}

const nullable = (fields: Fields, name: string) => (fields[name] === null ? null : text(fields, name));

const optional = (name: string, value: unknown) => (value === undefined ? {} : { [name]: value });

const list = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : typeof value === "string" ? [value] : [];

function checkUsername(ctx: IdpContext, fields: Fields, self?: User): void {
  const username = text(fields, "username");
  const holder = username ? findByIdentifier(ctx.store, username) : undefined;
  if (holder && holder.id !== self?.id) throw identifierExists("username");
}

type Change = (user: User, fields: Fields, now: number) => void;

function changeMetadata(ctx: IdpContext, call: Call, change: Change): HttpResponse {
  const user = knownUser(ctx, call);
  change(user, call.fields, ctx.clock.now());
  ctx.store.changed();
  return json(backendUserJson(ctx, user));
}

function verifyPassword(ctx: IdpContext, call: Call): HttpResponse {
  const user = knownUser(ctx, call);
  if (passwordMatches(text(call.fields, "password") ?? "", user.passwordHash)) return json({ verified: true });
  throw formError("incorrect_password", "password", "Incorrect password");
}

function memberships(ctx: IdpContext, call: Call): HttpResponse {
  const all = membershipsOfUser(ctx.store, knownUser(ctx, call).id);
  const data = page(all, call).map((membership) => membershipJson(ctx, membership, "backend"));
  return json({ data, total_count: all.length });
}

function knownUser(ctx: IdpContext, call: Call): User {
  const id = call.params["id"]!;
  const user = ctx.store.users.get(id);
  if (!user) throw userNotFound(id);
  return user;
}
