import { describe, expect, it } from "vitest";
import { projectIdentity } from "../../../src/project/identity.ts";
import { modeNamed, modes } from "../../../src/project/mode/mode.ts";

const project = projectIdentity({ slug: "app", hash: "1a2b3c4", id: "01234567-89ab-4f2b-a05c-7a1b4348fce4" });

describe("modes", () => {
  it("answer to short and catalog names, any case", () => {
    expect(["v1", "V2", "v1_dedicated", "v2_shared"].map(modeNamed)).toEqual(["v1", "v2", "v1", "v2"]);
    expect(() => modeNamed("v3")).toThrow('Unknown mode "v3". Use v1 (v1_dedicated) or v2 (v2_shared).');
    expect(() => modeNamed("toString")).toThrow("Unknown mode");
  });

  it("name their roles", () => {
    expect(modes.v1.names(project)).toEqual({
      schema: "api",
      loginRole: "postgres",
      anonymousRole: "anon",
      userRole: "authenticated",
      serviceRole: "service_role",
      ownerRole: "postgres",
    });
    expect(modes.v2.names(project)).toEqual({
      schema: "t_0123456789ab_api",
      loginRole: "authenticator",
      anonymousRole: "authenticator",
      userRole: "t_0123456789ab_role",
      serviceRole: undefined,
      ownerRole: "t_0123456789ab_ddl",
    });
  });

  it("set PostgREST up as the platform does", () => {
    expect(modes.v1.postgrestSettings(project)).toEqual({ PGRST_DB_SCHEMAS: "api,public", PGRST_DB_ANON_ROLE: "anon" });
    expect(modes.v2.postgrestSettings(project)).toEqual({
      PGRST_DB_SCHEMAS: "public",
      PGRST_DB_ANON_ROLE: "authenticator",
      PGRST_DB_PRE_CONFIG: "public.flux_postgrest_config",
      PGRST_DB_PRE_REQUEST: "public.flux_set_tenant_context",
      PGRST_DB_CHANNEL_ENABLED: "true",
      PGRST_DB_POOL: "100",
      PGRST_DB_POOL_TIMEOUT: "10",
    });
  });
});
