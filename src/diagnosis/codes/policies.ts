import { type CodeEntry, documents } from "./entry.ts";

/** Row security: rows not seen, not changed, not accepted. */
export const policyCodes = {
  "policies.hidden": {
    title: "Policies hide the rows",
    explanation: "The rows exist and match the request, but no policy lets this role see them under its claims.",
    documentation: documents.rowSecurity,
  },
  "policies.hidden-write": {
    title: "Policies hide the rows from the write",
    explanation:
      "UPDATE and DELETE touch only rows that USING lets through. A hidden row is no error: Postgres reports 0 rows and PostgREST answers 200 or 204.",
    documentation: documents.createPolicy,
  },
  "policies.no-policy": {
    title: "Row security is on and there is no policy",
    explanation: "Without a policy the default is to deny: no row is seen and none is accepted.",
    documentation: documents.rowSecurity,
  },
  "policies.only-restrictive": {
    title: "There are only restrictive policies",
    explanation: "Restrictive policies take away. At least one permissive policy has to give first.",
    documentation: documents.createPolicy,
  },
  "policies.other-role": {
    title: "The policies are for another role",
    explanation: "A policy applies to the roles of its TO clause and their members only.",
    documentation: documents.createPolicy,
  },
  "policies.other-command": {
    title: "No policy is for this command",
    explanation: "A policy FOR SELECT says nothing about INSERT, UPDATE and DELETE, and the other way round.",
    documentation: documents.createPolicy,
  },
  "policies.no-expression": {
    title: "The policy lacks the expression that the command asks for",
    explanation:
      "CREATE POLICY takes a policy without USING or WITH CHECK. What is read, changed or removed is decided by USING, a new row by WITH CHECK; where the one that is asked for is missing, the policy lets nothing through.",
    documentation: documents.createPolicy,
  },
  "policies.claim-dropped": {
    title: "A policy reads a claim that the gateway drops",
    explanation: "The v2 gateway keeps sub and email and nothing else, so every other claim is NULL in SQL.",
    documentation: documents.auth,
  },
  "policies.claim-missing": {
    title: "A policy reads a claim that the token does not have",
    explanation: "A missing claim is NULL, a comparison with NULL is NULL, and NULL hides the row.",
    documentation: documents.auth,
  },
  "policies.legacy-claim": {
    title: "A policy reads a setting that PostgREST does not set",
    explanation:
      "PostgREST 12 puts all claims as JSON into request.jwt.claims; the older request.jwt.claim.<name> is never set.",
    documentation: documents.transactions,
  },
  "policies.uuid-text": {
    title: "A uuid is compared with an id that is no uuid",
    explanation:
      "auth.uid() is text and a Clerk id (user_…) is no uuid, so a uuid column never equals it. Keep owner columns as text.",
    documentation: documents.rowSecurity,
  },
  "policies.uuid-cast": {
    title: "A policy casts an id to uuid that is no uuid",
    explanation: "The cast raises 22P02 as soon as the policy is evaluated for a user whose sub is not a uuid.",
    documentation: documents.rowSecurity,
  },
  "policies.subselect-hidden": {
    title: "A policy's sub-select sees nothing because of another table's policies",
    explanation: "Inside a policy the tables of a sub-select are under row security too, as the same role.",
    documentation: documents.rowSecurity,
  },
  "policies.with-check": {
    title: "WITH CHECK is not true for the new row",
    explanation: "A row written must satisfy WITH CHECK of a permissive policy and of all restrictive ones.",
    documentation: documents.createPolicy,
  },
  "policies.using-as-check": {
    title: "The new row would no longer satisfy USING",
    explanation:
      "Where a policy has no WITH CHECK, USING is asked of the new row as well, so a row cannot be moved out of its writer's own view.",
    documentation: documents.createPolicy,
  },
  "policies.returning": {
    title: "The write is allowed, but the new row may not be returned",
    explanation:
      "INSERT … RETURNING and UPDATE with filters need a SELECT policy that shows the new row; otherwise Postgres reports a violation on the write.",
    documentation: documents.createPolicy,
  },
  "policies.upsert": {
    title: "The row in the way of the upsert may not be updated",
    explanation: "ON CONFLICT DO UPDATE needs USING of the UPDATE policies to be true for the existing row.",
    documentation: documents.createPolicy,
  },
  "policies.view-owner": {
    title: "The view reads as its owner, and its owner sees no rows",
    explanation:
      "Without security_invoker a view's tables are read as the view's owner. Under FORCE ROW LEVEL SECURITY, which v2 sets at every push, the owner needs a policy like everybody else.",
    documentation: documents.createView,
  },
  "policies.definer-owner": {
    title: "The function runs as its owner, who is subject to the policies",
    explanation:
      "SECURITY DEFINER does not escape row security under FORCE ROW LEVEL SECURITY, which v2 sets at every push: the owner needs a policy like everybody else.",
    documentation: documents.createFunction,
  },
  "policies.recursion": {
    title: "A policy reads its own table, directly or through another policy",
    explanation: "Postgres cannot expand such a policy and raises 42P17.",
    documentation: documents.rowSecurity,
  },
  "policies.row-security-off": {
    title: "The setting row_security is off, and a policy would filter the query",
    explanation: "With row_security = off Postgres raises an error rather than leave rows out.",
    documentation: documents.settings,
  },
  "policies.error": {
    title: "A policy's expression raised an error",
    explanation: "Casts, divisions and functions inside policies fail the whole request.",
    documentation: documents.createPolicy,
  },
  "policies.unexplained": {
    title: "Row security decided, in a way that could not be evaluated",
    explanation: "The policies could not be evaluated again outside the request.",
    documentation: documents.rowSecurity,
  },
} as const satisfies Record<string, CodeEntry>;
