import { type HeaderList, header } from "../../http/message.ts";

/**
 * The token of an `Authorization: Bearer` header. Another scheme counts as no token at all, as in PostgREST; so does an
 * empty one. Whatever follows the scheme is the token, spaces inside included.
 */
export function bearerToken(headers: HeaderList): string {
  const value = header(headers, "authorization");
  const match = value === undefined ? null : /^(\S*)\s*(.*)$/s.exec(value);
  return match?.[1]?.toLowerCase() === "bearer" ? match[2]! : "";
}
