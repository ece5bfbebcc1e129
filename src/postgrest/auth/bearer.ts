/**
 * The token in the value of an `Authorization: Bearer` header. Another scheme counts as no token at all, as in PostgREST; so
 * does an empty one. Whatever follows the scheme is the token, spaces inside included.
 */
export function bearerToken(value: string): string {
  const match = /^(\S*)\s*(.*)$/s.exec(value);
  return match?.[1]?.toLowerCase() === "bearer" ? match[2]! : "";
}
