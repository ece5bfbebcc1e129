/** The filters of `GET /v1/users`. */
import type { IdpContext } from "../../context.ts";
import { findMembership } from "../../store/organizations.ts";
import type { User } from "../../store/types.ts";
import { fullName } from "../../store/users.ts";

/** Each filter is a list; a user matches when every filter given has the user's value among its own. */
export function searchUsers(ctx: IdpContext, query: URLSearchParams): User[] {
  const filters: ((user: User) => boolean)[] = [];
  const among = (name: string, valuesOf: (user: User) => readonly (string | null)[]) => {
    const wanted = listed(query, name).map((value) => value.toLowerCase());
    if (wanted.length === 0) return;
    filters.push((user) => valuesOf(user).some((value) => value !== null && wanted.includes(value.toLowerCase())));
  };
  among("user_id", (user) => [user.id]);
  among("email_address", (user) => user.emails.map((address) => address.email));
  among("username", (user) => [user.username]);
  among("external_id", (user) => [user.externalId]);
  const organizations = listed(query, "organization_id");
  if (organizations.length > 0) {
    filters.push((user) => organizations.some((id) => findMembership(ctx.store, user.id, id) !== undefined));
  }
  const words = query.get("query")?.toLowerCase();
  if (words) filters.push((user) => searchable(user).includes(words));
  return [...ctx.store.users.values()].filter((user) => filters.every((fits) => fits(user)));
}

const listed = (query: URLSearchParams, name: string) => query.getAll(name).flatMap((value) => value.split(","));

function searchable(user: User): string {
  const addresses = user.emails.map((address) => address.email);
  return [user.id, user.username, fullName(user), ...addresses].join(" ").toLowerCase();
}
