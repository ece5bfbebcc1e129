/** Who a request runs as, by PostgREST's own check of the token. */
export interface AuthResult {
  /** The database role to switch to. */
  readonly role: string;
  /** All claims as JavaScript sees them (with `role` set to the role used); large numbers may be rounded. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The same as JSON, keys sorted and numbers as sent: what SQL sees in `request.jwt.claims`. */
  readonly claimsJson: string;
  /** Whether the role is another than the anonymous one (decides 403 or 401 for 42501). */
  readonly authenticated: boolean;
}
