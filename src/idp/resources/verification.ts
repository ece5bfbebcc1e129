/** The state of one proof: an e-mail code, a password, a ticket. */
export function verificationJson(strategy: string, verified: boolean): Record<string, unknown> {
  return {
    object: `verification_${strategy}`,
    status: verified ? "verified" : "unverified",
    strategy,
    attempts: null,
    expire_at: null,
    error: null,
  };
}
