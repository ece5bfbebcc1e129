/** Who a request runs as, by PostgREST's own check of the token. */
export interface AuthResult {
  /** The database role to switch to. */
  readonly role: string;
  /** All claims, what SQL sees in `request.jwt.claims` (with `role` set to the role used). */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Whether the role is another than the anonymous one (decides 403 or 401 for 42501). */
  readonly authenticated: boolean;
}
