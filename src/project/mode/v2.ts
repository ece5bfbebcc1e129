/** v2, "pooled": one shared cluster, a schema and two roles per tenant, a gateway that verifies and re-signs tokens. */
import { tenantNames } from "../tenant.ts";
import type { AccessShape, Mode } from "./types.ts";

/** Platform defaults of `FLUX_V2_ROLE_CONNECTION_LIMIT` and `FLUX_V2_ROLE_STATEMENT_TIMEOUT_MS`. */
const CONNECTION_LIMIT = 25;
const STATEMENT_TIMEOUT = "15000ms";

const noLogin = { login: false, inherit: true, bypassRls: false };

const shared: AccessShape = {
  // No `authenticated` and no `service_role` here: SQL that names them must fail as it does on the platform.
  // The login role inherits, so an unauthenticated call to the pool reads what any tenant role may read.
  roles: [
    { ...noLogin, name: "authenticator", login: true },
    { ...noLogin, name: "anon" },
  ],
  memberships: [{ role: "anon", member: "authenticator" }],
  schemas: [{ name: "auth", owner: "postgres", usage: ["anon", "authenticator"] }],
  usage: [],
  existing: [],
  defaults: [],
  settings: [],
};

export const v2: Mode = {
  name: "v2",
  catalogName: "v2_shared",
  postgrestVersion: "12.2",
  postgrestImage: "postgrest/postgrest:v12.2.12",
  postgresImage: "postgres:16",
  shared,
  hooks: true,
  names(project) {
    const { schema, runtimeRole, ownerRole } = tenantNames(project.id);
    return {
      schema,
      loginRole: "authenticator",
      anonymousRole: "authenticator",
      userRole: runtimeRole,
      serviceRole: undefined,
      ownerRole,
    };
  },
  access(project) {
    const { schema, runtimeRole, ownerRole } = tenantNames(project.id);
    return {
      roles: [
        { ...noLogin, name: runtimeRole, connectionLimit: CONNECTION_LIMIT },
        { ...noLogin, name: ownerRole, inherit: false },
      ],
      // The owner role is never authenticator's, or a request could become it; the control plane pushes through it.
      memberships: [
        { role: runtimeRole, member: "authenticator" },
        { role: ownerRole, member: "postgres" },
      ],
      schemas: [
        {
          name: schema,
          owner: ownerRole,
          usage: [runtimeRole, "anon", "authenticator"],
          comment: `tenant:${project.id}`,
        },
      ],
      usage: [{ schema: "auth", to: [runtimeRole, ownerRole] }],
      existing: [],
      defaults: [
        { schema, creator: ownerRole, on: "TABLES", privileges: "SELECT", to: [runtimeRole, "anon"] },
        { schema, creator: ownerRole, on: "SEQUENCES", privileges: "USAGE, SELECT", to: [runtimeRole] },
      ],
      settings: [
        { role: runtimeRole, name: "search_path", value: schema, thisDatabase: false },
        { role: runtimeRole, name: "statement_timeout", value: STATEMENT_TIMEOUT, thisDatabase: true },
      ],
    };
  },
  postgrestSettings: () => ({
    PGRST_DB_SCHEMAS: "public",
    PGRST_DB_ANON_ROLE: "authenticator",
    PGRST_DB_PRE_CONFIG: "public.flux_postgrest_config",
    PGRST_DB_PRE_REQUEST: "public.flux_set_tenant_context",
    PGRST_DB_CHANNEL_ENABLED: "true",
    PGRST_DB_POOL: "100",
    PGRST_DB_POOL_TIMEOUT: "10",
  }),
  edge: { hosts: ["custom", "flat", "dotted", "slugHash"], stripPrefix: undefined, cors: undefined },
  tokens: { verifiedBy: "gateway", leeway: 0, keptClaims: ["sub", "email"], keyRoles: [] },
};
