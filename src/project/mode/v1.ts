/** v1, "dedicated": a database and a PostgREST per project, static keys, an edge that only adds CORS and strips a prefix. */
import type { AccessShape, Mode } from "./types.ts";

const API_ROLES = ["anon", "authenticated", "service_role"] as const;

const role = (name: string, bypassRls = false) => ({ name, login: false, inherit: false, bypassRls });

const shared: AccessShape = {
  // PostgREST connects as the superuser, so `authenticator` exists but nobody logs in with it.
  roles: [role("authenticator"), role("anon"), role("authenticated"), role("service_role", true)],
  memberships: API_ROLES.map((name) => ({ role: name, member: "authenticator" })),
  // service_role lacks USAGE on `auth`: policies that call auth.uid() still work for it, its own SQL that does fails.
  schemas: [{ name: "auth", owner: "postgres", usage: ["anon", "authenticator", "authenticated"] }],
  usage: [{ schema: "public", to: API_ROLES }],
  existing: [],
  defaults: [],
  settings: [],
};

export const v1: Mode = {
  name: "v1",
  catalogName: "v1_dedicated",
  postgrestVersion: "12.0",
  postgrestImage: "postgrest/postgrest:v12.0.2",
  postgresImage: "postgres:16.2",
  shared,
  hooks: false,
  names: (project) => ({
    schema: project.v1Schema,
    loginRole: "postgres",
    anonymousRole: "anon",
    userRole: "authenticated",
    serviceRole: "service_role",
    ownerRole: "postgres",
  }),
  access(project) {
    const schema = project.v1Schema;
    return {
      roles: [],
      memberships: [],
      schemas: [{ name: schema, owner: "postgres", usage: API_ROLES }],
      usage: [],
      // Provisioning again grants again: a REVOKE in a migration does not outlive a repair.
      existing: [
        { schema, on: "TABLES", privileges: "SELECT, INSERT, UPDATE, DELETE", to: API_ROLES },
        { schema, on: "SEQUENCES", privileges: "USAGE, SELECT", to: API_ROLES },
      ],
      defaults: [
        { schema, creator: "postgres", on: "TABLES", privileges: "ALL", to: API_ROLES },
        { schema, creator: "postgres", on: "SEQUENCES", privileges: "ALL", to: API_ROLES },
      ],
      settings: [],
    };
  },
  postgrestSettings: (project) => ({
    PGRST_DB_SCHEMAS: `${project.v1Schema},public`,
    PGRST_DB_ANON_ROLE: "anon",
  }),
  edge: {
    hosts: ["flat", "dotted"],
    stripPrefix: "/rest/v1",
    cors: {
      allowHeaders:
        "apikey,Authorization,Content-Type,X-Client-Info,Accept-Profile,Content-Profile,Prefer,Accept,Range",
      allowMethods: "GET,POST,PUT,PATCH,DELETE,OPTIONS,HEAD",
      maxAge: 86_400,
      // localhost:3000 is not among them; that surprise is the platform's own.
      origins: ["http://localhost:3001"],
    },
  },
  tokens: { verifiedBy: "postgrest", leeway: 30, keptClaims: undefined, keyRoles: ["anon", "service_role"] },
};
