/** What Flux's ways have to do with an error in a project's SQL: Postgres' own words do not tell. Pure. */
import type { ModeName } from "../../project/mode/types.ts";
import { ProjectSqlError } from "../sql-error.ts";

interface Reason {
  /** Absent: either. */
  readonly mode?: ModeName;
  readonly sqlState: string;
  readonly message: RegExp;
  /** What the failing statement is. Absent: any. */
  readonly statement?: RegExp;
  readonly why: string;
  readonly next: string;
}

const SHARED = "A v2 push runs as the owner of the project's schema, on a cluster that all projects share.";

const NO_ROLES = "Leave the statement out: on v2 roles and their settings are the platform's.";

/** The first that fits counts. */
const REASONS: readonly Reason[] = [
  {
    mode: "v2",
    sqlState: "42501",
    message: /row-level security policy/,
    why: "On v2 migrations run as the tables' owner, and the end of a push forces row security on the owner too.",
    next: "Insert the rows in the file that creates the table, or in seed.sql, which flux-dev runs past row security.",
  },
  {
    mode: "v2",
    sqlState: "42704",
    message: /^role "authenticated"/,
    statement: /^alter\s+(?:role|user)\b/i,
    why: `v2 has no such role. ${SHARED}`,
    next: NO_ROLES,
  },
  {
    mode: "v2",
    sqlState: "42704",
    message: /^role "authenticated" does not exist/,
    why: "v2 has no such role. A push writes the project's own in its place, but only in GRANT, REVOKE, ALTER DEFAULT PRIVILEGES and CREATE POLICY, and only where it is not quoted.",
    next: "Use these statements (instead of ALTER POLICY: DROP and CREATE), outside DO blocks and functions.",
  },
  {
    mode: "v2",
    sqlState: "42704",
    message: /^role "service_role" does not exist/,
    why: "v2 has no such role: every request runs as the project's one role.",
    next: "Leave the statement out on v2.",
  },
  {
    mode: "v2",
    sqlState: "42501",
    message: /^permission denied for schema public/,
    why: SHARED,
    next: "Leave public. away: names without a schema are the project's own.",
  },
  {
    mode: "v2",
    sqlState: "42501",
    message: /^permission denied to create extension/,
    why: `${SHARED} The platform installs no extensions there.`,
    next: "Do without it; gen_random_uuid() is built in.",
  },
  {
    mode: "v2",
    sqlState: "42501",
    message: /^permission denied to (?:create|alter|drop) role/,
    why: SHARED,
    next: NO_ROLES,
  },
  {
    mode: "v2",
    sqlState: "42501",
    message: /^permission denied for (?:database|schema flux)/,
    why: SHARED,
    next: "Leave the statement out: a push may change the project's own schema only.",
  },
  {
    mode: "v2",
    sqlState: "3F000",
    message: /^no schema has been selected/,
    why: "The file empties search_path, as the output of pg_dump does, and then names a table without a schema.",
    next: "Remove the line that sets search_path: a push sets it to the project's schema.",
  },
  {
    sqlState: "25001",
    message: /cannot run inside a transaction block/,
    why: "A push is one transaction.",
    next: "Leave the statement out, or write it so that it may run in one: CREATE INDEX without CONCURRENTLY.",
  },
  {
    mode: "v2",
    sqlState: "42601",
    message: /at or near "\\"/,
    why: "Commands of psql are not SQL, and on v2 no psql runs the file.",
    next: "Say it in SQL.",
  },
  {
    sqlState: "42883",
    message: /^operator does not exist: (?:uuid = text|text = uuid)/,
    why: "auth.uid() is text on Flux, since the ids of identity providers are no UUIDs.",
    next: "Make the owner column text.",
  },
  {
    sqlState: "42883",
    message: /^function uuid_generate_v4\(\) does not exist/,
    why: "Flux installs no extensions.",
    next: "Use gen_random_uuid(), which is built in.",
  },
  {
    sqlState: "42883",
    message: /^function auth\.role\(\) does not exist/,
    why: "Of Supabase's functions in auth Flux has auth.uid() alone.",
    next: "Say for whom the policy is: create policy … to authenticated.",
  },
  {
    mode: "v2",
    sqlState: "42883",
    message: /^function auth\.(?:jwt|email)\(\) does not exist/,
    why: "Of Supabase's functions in auth Flux has auth.uid() alone, and of an app's claims v2 keeps sub and email alone.",
    next: "Read them with current_setting('request.jwt.claims', true)::json ->> 'email'; keep what other claims say in a table, keyed by the user's id.",
  },
  {
    sqlState: "42809",
    message: /^"[^"]*" is not a table/,
    why: "Row security is for tables; a view shows what the policies of its tables let through.",
    next: "Create the policy on the table, and the view with (security_invoker = true), so that they are asked for the user.",
  },
  {
    sqlState: "42883",
    message: /^function auth\.(?:jwt|email)\(\) does not exist/,
    why: "Of Supabase's functions in auth Flux has auth.uid() alone.",
    next: "Read the claims themselves: current_setting('request.jwt.claims', true)::json ->> 'role'.",
  },
  {
    sqlState: "42P01",
    message: /^relation "auth\.users" does not exist/,
    why: "Flux keeps no users: they live with the identity provider.",
    next: "Keep what you need of them in a table of your own, under the text that auth.uid() gives.",
  },
];

/** The same error with its reason, where there is one; any other error as it is. */
export function withReason(error: unknown, mode: ModeName): unknown {
  if (!(error instanceof ProjectSqlError)) return error;
  const { details } = error;
  const reason = REASONS.find(
    ({ mode: only, sqlState, message, statement = /^/ }) =>
      (only === undefined || only === mode) &&
      sqlState === details.sqlState &&
      message.test(details.message) &&
      statement.test(details.statement ?? ""),
  );
  if (reason === undefined) return error;
  const { why, next } = reason;
  return new ProjectSqlError({ ...details, why, next }, { cause: error.cause });
}
