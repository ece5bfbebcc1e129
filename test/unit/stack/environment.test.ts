import { expect, test } from "vitest";
import { dotenvLines, environment, flatEnvironment } from "../../../src/stack/environment.ts";
import type { StackInfo } from "../../../src/stack/info.ts";

const info: StackInfo = {
  slug: "notes",
  hash: "abcdef0",
  mode: "v2",
  catalogMode: "v2_shared",
  projectId: "01234567-89ab-4def-8123-456789abcdef",
  serviceUrl: "http://api--notes--abcdef0.flux.localhost:20000",
  directUrl: "http://127.0.0.1:20000",
  appUrl: "http://127.0.0.1:20000",
  apiSchema: "t_0123456789ab_api",
  jwtSecret: "secret",
  anonKey: null,
  serviceRoleKey: null,
  databaseUrl: "postgres://postgres@127.0.0.1:20003/postgres",
  servers: { postgres: "embedded 16.14", postgrest: "built-in (12.2.12)" },
  postgrestUrl: "http://127.0.0.1:20001",
  idpUrl: "http://127.0.0.1:20002",
  pid: 1,
  directory: "/app",
  demo: false,
  strict: false,
  users: ["alice"],
};

test("the names of the platform's guides, the address that works here, Clerk's variables", () => {
  expect(flatEnvironment(environment(info, { CLERK_API_URL: "http://127.0.0.1:20002" }))).toEqual({
    NEXT_PUBLIC_FLUX_URL: info.appUrl,
    FLUX_URL: info.appUrl,
    FLUX_GATEWAY_JWT_SECRET: "secret",
    FLUX_SERVICE_URL: info.appUrl,
    FLUX_JWT_SECRET: "secret",
    FLUX_POSTGREST_SCHEMA: "t_0123456789ab_api",
    CLERK_API_URL: "http://127.0.0.1:20002",
    FLUX_DEV_DATABASE_URL: info.databaseUrl,
    FLUX_DEV_IDP_URL: info.idpUrl,
  });
});

test("v1 adds its keys", () => {
  const v1 = { ...info, mode: "v1", anonKey: "a.b.c", serviceRoleKey: "d.e.f" } as const;
  expect(flatEnvironment(environment(v1, {}))).toMatchObject({
    FLUX_ANON_KEY: "a.b.c",
    FLUX_SERVICE_ROLE_KEY: "d.e.f",
  });
});

test("the file has the address of the sign-in page ready, for apps that have none of their own", () => {
  const lines = dotenvLines(environment(info, {}));
  expect(lines).toContain("FLUX_GATEWAY_JWT_SECRET=secret");
  expect(lines).toContain("# NEXT_PUBLIC_CLERK_SIGN_IN_URL=http://127.0.0.1:20002/sign-in");
});
