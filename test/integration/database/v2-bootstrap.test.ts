import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { provisionProject, TenantCollisionError } from "../../../src/database/provision/provision.ts";
import { projectIdentity } from "../../../src/project/identity.ts";
import { type Harness, harness, project } from "./support/harness.ts";

let v2: Harness;
beforeAll(async () => {
  v2 = await harness("v2");
});
afterAll(() => v2.stop());

const SCHEMA = "t_0123456789ab_api";
const ROLE = "t_0123456789ab_role";
const OWNER = "t_0123456789ab_ddl";

describe("v2 cluster", () => {
  it("has exactly the platform's roles, with their attributes", async () => {
    expect(
      await v2.rows(
        `select rolname, rolcanlogin, rolinherit, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolconnlimit
           from pg_roles where rolname !~ '^pg_' and rolname <> 'postgres' order by rolname collate "C"`,
      ),
    ).toEqual(
      [
        { rolname: "anon", rolcanlogin: false, rolinherit: true, rolconnlimit: -1 },
        { rolname: "authenticator", rolcanlogin: true, rolinherit: true, rolconnlimit: -1 },
        { rolname: OWNER, rolcanlogin: false, rolinherit: false, rolconnlimit: -1 },
        { rolname: ROLE, rolcanlogin: false, rolinherit: true, rolconnlimit: 25 },
      ].map((role) => ({
        ...role,
        rolsuper: false,
        rolcreatedb: false,
        rolcreaterole: false,
        rolreplication: false,
        rolbypassrls: false,
      })),
    );
  });

  it("has the platform's memberships: the owner role is nobody's but the control plane's", async () => {
    expect(
      await v2.column(
        `select format('%s in %s, inherit %s', member::regrole, roleid::regrole, inherit_option) from pg_auth_members
          where roleid::regrole::text !~ '^pg_' order by 1`,
      ),
    ).toEqual([
      "authenticator in anon, inherit t",
      `authenticator in ${ROLE}, inherit t`,
      `postgres in ${OWNER}, inherit t`,
    ]);
  });

  it("sets the login role's password", async () => {
    const [row] = await v2.rows<{ set: boolean }>(
      "select rolpassword is not null as set from pg_authid where rolname = 'authenticator'",
    );
    expect(row).toEqual({ set: true });
  });

  it("gives schemas their owners, privileges and the ownership marker", async () => {
    expect(
      await v2.rows(
        `select nspname, nspowner::regrole::text as owner, nspacl::text[] as acl, obj_description(oid, 'pg_namespace') as comment
           from pg_namespace where nspname in ('auth', $1) order by nspname`,
        [SCHEMA],
      ),
    ).toEqual([
      {
        nspname: "auth",
        owner: "postgres",
        acl: [
          "postgres=UC/postgres",
          "anon=U/postgres",
          "authenticator=U/postgres",
          `${ROLE}=U/postgres`,
          `${OWNER}=U/postgres`,
        ],
        comment: null,
      },
      {
        nspname: SCHEMA,
        owner: OWNER,
        acl: [`${OWNER}=UC/${OWNER}`, `${ROLE}=U/${OWNER}`, `anon=U/${OWNER}`, `authenticator=U/${OWNER}`],
        comment: `tenant:${project.id}`,
      },
    ]);
  });

  it("grants SELECT and no more on what a push will make", async () => {
    expect(
      await v2.rows(
        `select defaclrole::regrole::text as creator, defaclnamespace::regnamespace::text as schema, defaclobjtype as type,
                array(select unnest(defaclacl::text[]) order by 1) as acl from pg_default_acl order by defaclobjtype desc`,
      ),
    ).toEqual([
      { creator: OWNER, schema: SCHEMA, type: "r", acl: [`anon=r/${OWNER}`, `${ROLE}=r/${OWNER}`] },
      { creator: OWNER, schema: SCHEMA, type: "S", acl: [`${ROLE}=rU/${OWNER}`] },
    ]);
  });

  it("sets path and timeout of the runtime role, the timeout in this database only", async () => {
    expect(
      await v2.rows(
        `select setrole::regrole::text as role, coalesce(datname, '(any)') as database, setconfig
           from pg_db_role_setting left join pg_database d on d.oid = setdatabase order by database`,
      ),
    ).toEqual([
      { role: ROLE, database: "(any)", setconfig: [`search_path=${SCHEMA}`] },
      { role: ROLE, database: "postgres", setconfig: ["statement_timeout=15000ms"] },
    ]);
  });

  it("has the platform's functions and no others", async () => {
    expect(
      await v2.rows(
        `select p.oid::regprocedure::text as name, p.prorettype::regtype::text as returns, l.lanname as language, p.provolatile as volatility,
                p.prosecdef as definer, has_function_privilege('public', p.oid, 'execute') as public
           from pg_proc p join pg_language l on l.oid = p.prolang
          where p.pronamespace::regnamespace::text in ('auth', 'public', $1) order by 1`,
        [SCHEMA],
      ),
    ).toEqual([
      { name: "auth.uid()", returns: "text", language: "sql", volatility: "s", definer: false, public: true },
      {
        name: "flux_postgrest_config()",
        returns: "void",
        language: "plpgsql",
        volatility: "v",
        definer: true,
        public: true,
      },
      {
        name: "flux_set_tenant_context()",
        returns: "void",
        language: "plpgsql",
        volatility: "v",
        definer: false,
        public: true,
      },
    ]);
  });

  it("installs no extension", async () => {
    expect(await v2.column("select extname from pg_extension")).toEqual(["plpgsql"]);
  });
});

describe("auth.uid()", () => {
  const uid = async (claims: string | undefined) => {
    await v2.client.query("begin");
    try {
      if (claims !== undefined) await v2.client.query("select set_config('request.jwt.claims', $1, true)", [claims]);
      return (await v2.rows<{ uid: string | null }>("select auth.uid() as uid"))[0]!.uid;
    } finally {
      await v2.client.query("rollback");
    }
  };

  it("is the claim sub as text, NULL when it is missing or empty", async () => {
    expect(await uid('{"sub":"user_1"}')).toBe("user_1");
    expect(await uid('{"sub":""}')).toBeNull();
    expect(await uid("{}")).toBeNull();
  });

  it("raises for a setting that is no JSON, as an empty one is", async () => {
    // In a session that has set it once, an unset GUC reads as the empty string.
    const fresh = new Client(v2.cluster.url());
    await fresh.connect();
    expect((await fresh.query("select auth.uid() as uid")).rows).toEqual([{ uid: null }]);
    await fresh.end();
    await expect(uid("")).rejects.toThrow("invalid input syntax for type json");
  });
});

describe("hooks", () => {
  it("expose public and every tenant schema, ordered by name", async () => {
    await v2.client.query("begin");
    await v2.client.query(
      "create schema t_00000000000a_api; create schema t_00000000000z_api; create schema t_000000000000_apix",
    );
    await v2.client.query("select public.flux_postgrest_config()");
    expect(await v2.column("select current_setting('pgrst.db_schemas')")).toEqual([
      `public,t_00000000000a_api,${SCHEMA}`,
    ]);
    await v2.client.query("rollback");
  });

  it("bound statements to 15 s for a tenant role, and leave its search_path to the role's setting", async () => {
    const settingsAfterHook = (role: string) =>
      v2.as(
        role,
        {},
        "set local search_path = elsewhere",
        "select public.flux_set_tenant_context()",
        "select current_setting('statement_timeout') as timeout, current_setting('search_path') as path",
      );
    expect(await settingsAfterHook(ROLE)).toEqual([{ timeout: "15s", path: "elsewhere" }]);
    expect(await settingsAfterHook("authenticator")).toEqual([{ timeout: "0", path: "elsewhere" }]);
  });
});

describe("provisioning", () => {
  it("may be repeated", async () => {
    await provisionProject(v2.client, project, "v2");
    await provisionProject(v2.client, project, "v2");
    expect(await v2.column("select count(*)::int from pg_default_acl")).toEqual([2]);
  });

  it("refuses another project with the same first 12 digits", async () => {
    const twin = projectIdentity({ slug: "b", hash: "1a2b3c5", id: "01234567-89ab-4000-8000-000000000000" });
    await expect(provisionProject(v2.client, twin, "v2")).rejects.toThrow(TenantCollisionError);
    await expect(provisionProject(v2.client, twin, "v2")).rejects.toThrow(
      `Schema ${SCHEMA} belongs to tenant:${project.id}, not to tenant:${twin.id}.`,
    );
  });

  it("tells PostgREST to read its configuration again", async () => {
    const heard = new Promise((resolve) => v2.client.once("notification", resolve));
    await v2.client.query("listen pgrst");
    await provisionProject(v2.client, project, "v2");
    expect(await heard).toMatchObject({ channel: "pgrst", payload: "reload config" });
    await v2.client.query("unlisten pgrst");
  });
});
