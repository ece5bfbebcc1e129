import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { provisionProject } from "../../../src/database/provision/provision.ts";
import { type Harness, harness, project } from "./support/harness.ts";

let v1: Harness;
beforeAll(async () => {
  v1 = await harness("v1");
});
afterAll(() => v1.stop());

const API_ROLES = ["anon", "authenticated", "service_role"];

describe("v1 database", () => {
  it("has exactly the platform's roles, none of which logs in or inherits", async () => {
    expect(
      await v1.rows(
        `select rolname, rolcanlogin, rolinherit, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolconnlimit
           from pg_roles where rolname !~ '^pg_' and rolname <> 'postgres' order by rolname`,
      ),
    ).toEqual(
      ["anon", "authenticated", "authenticator", "service_role"].map((rolname) => ({
        rolname,
        rolcanlogin: false,
        rolinherit: false,
        rolsuper: false,
        rolcreatedb: false,
        rolcreaterole: false,
        rolbypassrls: rolname === "service_role",
        rolconnlimit: -1,
      })),
    );
    expect(
      await v1.column(
        `select format('%s in %s, inherit %s', member::regrole, roleid::regrole, inherit_option) from pg_auth_members
          where roleid::regrole::text !~ '^pg_' order by 1`,
      ),
    ).toEqual(API_ROLES.map((role) => `authenticator in ${role}, inherit f`));
  });

  it("gives schemas their owners and privileges; service_role has none on auth", async () => {
    expect(
      await v1.rows(
        `select nspname, nspowner::regrole::text as owner, array(select a from unnest(nspacl::text[]) a order by a collate "C") as acl
           from pg_namespace where nspname in ('api', 'auth', 'public') order by nspname`,
      ),
    ).toEqual([
      {
        nspname: "api",
        owner: "postgres",
        acl: ["anon=U/postgres", "authenticated=U/postgres", "postgres=UC/postgres", "service_role=U/postgres"],
      },
      {
        nspname: "auth",
        owner: "postgres",
        acl: ["anon=U/postgres", "authenticated=U/postgres", "authenticator=U/postgres", "postgres=UC/postgres"],
      },
      {
        nspname: "public",
        owner: "pg_database_owner",
        acl: [
          "=U/pg_database_owner",
          "anon=U/pg_database_owner",
          "authenticated=U/pg_database_owner",
          "pg_database_owner=UC/pg_database_owner",
          "service_role=U/pg_database_owner",
        ],
      },
    ]);
  });

  it("grants everything on what postgres will make in api, and nothing in public", async () => {
    expect(
      await v1.rows(
        `select defaclrole::regrole::text as creator, defaclnamespace::regnamespace::text as schema, defaclobjtype as type,
                array(select unnest(defaclacl::text[]) order by 1) as acl from pg_default_acl order by defaclobjtype desc`,
      ),
    ).toEqual([
      { creator: "postgres", schema: "api", type: "r", acl: API_ROLES.map((role) => `${role}=arwdDxt/postgres`) },
      { creator: "postgres", schema: "api", type: "S", acl: API_ROLES.map((role) => `${role}=rwU/postgres`) },
    ]);
  });

  it("has auth.uid() and no hooks, no role settings", async () => {
    expect(
      await v1.column(
        "select oid::regprocedure::text from pg_proc where pronamespace::regnamespace::text in ('auth', 'public', 'api')",
      ),
    ).toEqual(["auth.uid()"]);
    expect(await v1.column("select setconfig from pg_db_role_setting")).toEqual([]);
  });

  it("undoes a migration's REVOKE when it is provisioned again", async () => {
    await v1.push(`
      create table kept (id serial primary key);
      alter table kept enable row level security;
      revoke all on kept from anon, authenticated;
      revoke all on sequence kept_id_seq from authenticated;`);
    const privileges = () =>
      v1.column(
        `select privilege from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) privilege
          where has_table_privilege('authenticated', 'api.kept', privilege)`,
      );
    expect(await privileges()).toEqual([]);
    await provisionProject(v1.client, project, "v1");
    expect(await privileges()).toEqual(["SELECT", "INSERT", "UPDATE", "DELETE"]);
    expect(await v1.column("select has_sequence_privilege('authenticated', 'api.kept_id_seq', 'USAGE')")).toEqual([
      true,
    ]);
  });

  it("calls auth.uid() for service_role in a stored policy but not in its own SQL", async () => {
    await v1.push(`
      create table owned (owner_id text default auth.uid(), id int);
      alter table owned enable row level security;
      create policy p on owned using (owner_id = auth.uid());`);
    const claims = { sub: "user_1" };
    expect(await v1.as("service_role", claims, "insert into api.owned (id) values (1) returning owner_id")).toEqual([
      { owner_id: "user_1" },
    ]);
    await expect(v1.as("service_role", claims, "select auth.uid()")).rejects.toThrow(
      "permission denied for schema auth",
    );
    expect(await v1.as("anon", claims, "select auth.uid() as uid")).toEqual([{ uid: "user_1" }]);
  });
});
