/**
 * Four requests that show the project's security at work: rows, no rows, forbidden, not signed in. They are found by
 * asking the running project, so that each answers as it says; a kind that the project cannot show is left out.
 */
import type { Client } from "pg";
import { createGateway, type Gateway } from "../gateway/gateway.ts";
import { splitTarget } from "../http/message.ts";
import { errorCodeIn } from "../postgrest/errors/pgrst-error.ts";
import { projectHosts } from "../project/address.ts";
import { modes } from "../project/mode/mode.ts";
import type { ModeName } from "../project/mode/types.ts";
import type { Project } from "../project/project.ts";
import type { StackToken, TokenRequest } from "./tokens.ts";

/** What of a running stack the search needs. */
interface Subject {
  readonly mode: ModeName;
  readonly project: Project;
  token(request: TokenRequest): StackToken;
  withDatabase<T>(work: (client: Client) => Promise<T>): Promise<T>;
}

interface Probe {
  readonly method: "GET" | "POST";
  /** With query. */
  readonly path: string;
  readonly token: string | undefined;
  readonly reason: string;
}

export interface Example extends Probe {
  readonly kind: "rows" | "empty" | "forbidden" | "unauthenticated";
  readonly status: number;
  /** Postgres' or PostgREST's code in the body, where there is one. */
  readonly code: string | undefined;
}

interface Table {
  readonly name: string;
  /** Whether a signed-in user's role holds the privilege. */
  readonly mayRead: boolean;
  readonly mayInsert: boolean;
}

interface Signed {
  readonly name: string;
  readonly token: string;
}

/** Long enough for a day's work with a line pasted once. Seconds. */
const LIFETIME = 12 * 3600;
/** Enough to find something, few enough not to be felt at the start. */
const MAX_TABLES = 12;
const MAX_USERS = 3;

/** In the order of the kinds. Leaves neither traces nor log lines. */
export async function findExamples(stack: Subject, gateway: Gateway): Promise<Example[]> {
  const tables = await apiTables(stack);
  const users = stack.project.users.slice(0, MAX_USERS).map(({ name }) => signIn(stack, name));
  const find = finder(stack, gateway);
  const rows = await find("rows", reads(tables, users), ({ status, body }) => status === 200 && body.startsWith("[{"));
  const sameTableFirst = [...tables].sort((a, b) => shownIn(rows, b) - shownIn(rows, a));
  const empty = await find(
    "empty",
    hiddenReads(sameTableFirst, users),
    ({ status, body }) => status === 200 && body === "[]",
  );
  const forbidden = await find("forbidden", refusals(stack, tables, users), ({ status }) => status === 403);
  const unauthenticated = await find(
    "unauthenticated",
    strangers(stack, sameTableFirst),
    ({ status }) => status === 401,
  );
  return [rows, empty, forbidden, unauthenticated].filter((example) => example !== undefined);
}

const read = (table: Table): Pick<Probe, "method" | "path"> => ({
  method: "GET",
  path: `/${encodeURIComponent(table.name)}?select=*&limit=3`,
});

const shownIn = (example: Example | undefined, table: Table): number => (example?.path === read(table).path ? 1 : 0);

function reads(tables: readonly Table[], users: readonly Signed[]): Probe[] {
  return tables.flatMap((table) =>
    users.map(({ name, token }) => ({
      ...read(table),
      token,
      reason: `a policy on ${table.name} shows ${name} these rows`,
    })),
  );
}

function hiddenReads(tables: readonly Table[], users: readonly Signed[]): Probe[] {
  return tables.flatMap((table) =>
    users.map(({ name, token }) => ({
      ...read(table),
      token,
      reason: `${name} may read ${table.name}, but no policy shows ${name} a row of it`,
    })),
  );
}

/** Nothing that could change a row if it were let through: an insert is only tried where there is no privilege for it. */
function refusals(stack: Subject, tables: readonly Table[], users: readonly Signed[]): Probe[] {
  const [user] = users;
  if (user === undefined) return [];
  const { token } = user;
  const unreadable = tables.filter(({ mayRead }) => !mayRead);
  const unwritable = tables.filter(({ mayInsert }) => !mayInsert);
  return [
    ...unreadable.map((table) => ({ ...read(table), token, reason: `no GRANT lets ${user.name} read ${table.name}` })),
    ...unwritable.map(({ name }) => ({
      method: "POST" as const,
      path: `/${encodeURIComponent(name)}`,
      token,
      reason: `no GRANT lets ${user.name} insert into ${name}`,
    })),
    // v1 grants everything to everybody it knows, but a token may name any role.
    ...(stack.mode === "v1" ? tables.slice(0, 1) : []).map((table) => ({
      ...read(table),
      token: stack.token({ user: user.name, claims: { role: "authenticator" }, expiresIn: LIFETIME }).token,
      reason: "the token asks for the role authenticator, which has no GRANT",
    })),
  ];
}

function strangers(stack: Subject, tables: readonly Table[]): Probe[] {
  const [table] = tables;
  if (table === undefined) return [];
  const anonymous =
    stack.mode === "v2"
      ? "v2 lets nobody in without a token"
      : `without a token the role is anon, which has no GRANT on ${table.name}`;
  return [
    { ...read(table), token: undefined, reason: anonymous },
    { ...read(table), token: stack.token({ preset: "expired" }).token, reason: "the token has expired" },
  ];
}

function signIn(stack: Subject, name: string): Signed {
  return { name, token: stack.token({ user: name, expiresIn: LIFETIME }).token };
}

/** Tables of the API schema, those with row security first, then in the order they were made. */
function apiTables(stack: Subject): Promise<Table[]> {
  const { schema, userRole } = modes[stack.mode].names(stack.project.identity);
  return stack.withDatabase(async (client) => {
    const { rows } = await client.query<Table>(
      `select c.relname as name, has_table_privilege($2, c.oid, 'SELECT') as "mayRead",
              has_table_privilege($2, c.oid, 'INSERT') as "mayInsert"
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and c.relkind in ('r', 'p')
        order by c.relrowsecurity desc, c.oid limit ${MAX_TABLES}`,
      [schema, userRole],
    );
    return rows;
  });
}

/** Asks until an answer is as wished. */
function finder(stack: Subject, { options }: Gateway) {
  const { record: _, log: __, notice: ___, ...silent } = options;
  const gateway = createGateway(silent);
  const host = projectHosts(stack.project.identity, stack.project.config.baseDomain).flat;
  return async (
    kind: Example["kind"],
    probes: readonly Probe[],
    isWished: (answer: { status: number; body: string }) => boolean,
  ): Promise<Example | undefined> => {
    for (const probe of probes) {
      const { method, path, token } = probe;
      const authorization = token === undefined ? [] : [["Authorization", `Bearer ${token}`] as const];
      const body = Buffer.from(method === "POST" ? "{}" : "");
      const type = method === "POST" ? [["Content-Type", "application/json"] as const] : [];
      const headers = [["Host", host] as const, ...authorization, ...type];
      const response = await gateway.handle({ method, ...splitTarget(path), headers, body });
      if (isWished({ status: response.status, body: response.body.toString() })) {
        return { ...probe, kind, status: response.status, code: errorCodeIn(response) };
      }
    }
    return undefined;
  };
}
