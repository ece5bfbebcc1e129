import { describe, expect, test } from "vitest";
import { noDatabaseConfig } from "../../../../src/postgrest/config/database.ts";
import { dumpConfig } from "../../../../src/postgrest/config/dump.ts";
import { exampleConfig } from "../../../../src/postgrest/config/example.ts";
import { readConfig } from "../../../../src/postgrest/config/read.ts";
import { dialects } from "../../../../src/postgrest/dialect.ts";

const newer = dialects["12.2"];
/** Reads with files that exist only here. */
const read = (env: Record<string, string>, files: Record<string, string | Buffer> = {}) =>
  readConfig(
    {
      env,
      file: "test.conf" in files ? "test.conf" : undefined,
      readFile: (path) => {
        const content = files[path];
        if (content === undefined) throw new Error(`no file ${path}`);
        return Buffer.from(content);
      },
    },
    newer,
  );
const fromEnv = (env: Record<string, string>) => read(env);
const fromFile = (text: string) => read({}, { "test.conf": text });

const defaults = `db-aggregates-enabled = false
db-anon-role = ""
db-channel = "pgrst"
db-channel-enabled = true
db-extra-search-path = "public"
db-hoisted-tx-settings = "statement_timeout,plan_filter.statement_cost_limit,default_transaction_isolation"
db-max-rows = ""
db-plan-enabled = false
db-pool = 10
db-pool-acquisition-timeout = 10
db-pool-max-lifetime = 1800
db-pool-max-idletime = 30
db-pool-automatic-recovery = true
db-pre-request = ""
db-prepared-statements = true
db-root-spec = ""
db-schemas = "public"
db-config = true
db-pre-config = ""
db-tx-end = "commit"
db-uri = "postgresql://"
jwt-aud = ""
jwt-role-claim-key = ".\\"role\\""
jwt-secret = ""
jwt-secret-is-base64 = false
jwt-cache-max-lifetime = 0
log-level = "error"
openapi-mode = "follow-privileges"
openapi-security-active = false
openapi-server-proxy-uri = ""
server-cors-allowed-origins = ""
server-host = "!4"
server-port = 3000
server-trace-header = ""
server-timing-enabled = false
server-unix-socket = ""
server-unix-socket-mode = "660"
admin-server-port = ""
admin-server-config-enabled = false
`;

describe("dumpConfig", () => {
  test("prints the defaults", () => {
    expect(dumpConfig(fromEnv({}), newer)).toBe(defaults);
  });

  test("leaves out what 12.0 does not know", () => {
    const dump = dumpConfig(readConfig({ env: {} }, dialects["12.0"]), dialects["12.0"]);
    expect(dump).toBe(defaults.replace(/^(db-hoisted|admin-server-config).*\n/gm, ""));
  });

  test("prints what reads back as the same", () => {
    const config = fromEnv({
      PGRST_DB_AGGREGATES_ENABLED: "true",
      PGRST_DB_SCHEMAS: "multi,   tenant",
      PGRST_DB_MAX_ROWS: "1000",
      PGRST_DB_PRE_REQUEST: "auth.check",
      PGRST_DB_TX_END: "rollback-allow-override",
      PGRST_JWT_ROLE_CLAIM_KEY: '.user[0]."real-role"',
      PGRST_JWT_SECRET: "c2VjdXJpdHl0aHJvdWdob2JzY3VyaXR5",
      PGRST_JWT_SECRET_IS_BASE64: "1",
      PGRST_SERVER_UNIX_SOCKET_MODE: "777",
      PGRST_ADMIN_SERVER_PORT: "3001",
      PGRST_APP_SETTINGS_b: 'say "b"',
      PGRST_APP_SETTINGS_a: "a",
    });
    const dump = dumpConfig(config, newer);
    expect(dump).toContain('jwt-role-claim-key = ".\\"user\\"[0].\\"real-role\\""\n');
    expect(dump).toMatch(/app\.settings\.a = "a"\napp\.settings\.b = "say \\"b\\""\n$/);
    expect(fromFile(dump)).toEqual(config);
  });
});

test("the example is valid and has the defaults", () => {
  expect(fromFile(exampleConfig())).toEqual(fromEnv({}));
});

describe("where a value comes from", () => {
  test("the database goes before the environment, the environment before the file", () => {
    const env = { PGRST_DB_SCHEMAS: "env", PGRST_DB_ANON_ROLE: "env" };
    const text = 'db-schemas = "file"\ndb-anon-role = "file"\ndb-channel = "file"';
    const database = { ...noDatabaseConfig, settings: new Map([["db_schemas", "a, b"]]) };
    expect(readConfig({ env, file: "x", readFile: () => Buffer.from(text), database }, newer)).toMatchObject({
      dbSchemas: ["a", "b"],
      dbAnonRole: "env",
      dbChannel: "file",
    });
  });

  test("old names still count", () => {
    const old = `db-schema = "s"\ndb-pool-timeout = 5\nmax-rows = 7\npre-request = "p"\nrole-claim-key = ".old"
      root-spec = "r"\nsecret-is-base64 = true`;
    expect(fromFile(old)).toMatchObject({
      dbSchemas: ["s"],
      dbPoolMaxIdletime: 5,
      dbMaxRows: 7n,
      dbPreRequest: { schema: "", name: "p" },
      jwtRoleClaimKey: [{ kind: "key", key: "old" }],
      dbRootSpec: { schema: "", name: "r" },
      jwtSecretIsBase64: true,
    });
    expect(fromEnv({ PGRST_MAX_ROWS: "7", PGRST_DB_MAX_ROWS: "8" }).dbMaxRows).toBe(8n);
  });

  test("an empty text and what does not fit count as unset", () => {
    expect(fromEnv({ PGRST_LOG_LEVEL: "", PGRST_DB_POOL: "many", PGRST_DB_CHANNEL_ENABLED: "13?" })).toMatchObject({
      logLevel: "error",
      dbPool: 10,
      dbChannelEnabled: true,
    });
    expect(fromFile("db-max-rows = true\ndb-channel-enabled = 13").dbMaxRows).toBeNull();
  });

  test("an address in use stays", () => {
    const env = { PGRST_DB_URI: "postgres://new" };
    expect(readConfig({ env, dbUri: "postgres://old" }, newer).dbUri).toBe("postgres://old");
  });

  test("@path reads a file", () => {
    const files = {
      secret: "a-secret-of-thirty-two-characters\n\n",
      uri: " postgres://x \n",
      bytes: Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
    };
    expect(read({ PGRST_JWT_SECRET: "@secret", PGRST_DB_URI: "@uri" }, files)).toMatchObject({
      jwtSecret: "a-secret-of-thirty-two-characters\n",
      dbUri: "postgres://x",
    });
    expect(read({ PGRST_JWT_SECRET: "@bytes" }, files)).toMatchObject({ jwtSecret: "//4A", jwtSecretIsBase64: true });
  });

  test("$(name) in a text is replaced", () => {
    const text = 'base = "api"\ndb-schemas = "$(base),$(EXTRA)$$"';
    expect(read({ EXTRA: "more" }, { "test.conf": text }).dbSchemas).toEqual(["api", "more$"]);
    expect(() => fromFile('a = "$(nope)"')).toThrow("Error in config a: no such variable: 'nope'");
  });

  test("imports are relative to their file", () => {
    const files = { "dir/a.conf": 'import "b.conf"', "dir/b.conf": 'db-channel = "imported"' };
    expect(read({}, { "test.conf": 'import "dir/a.conf"', ...files }).dbChannel).toBe("imported");
  });
});

describe("what is refused", () => {
  test.each([
    ["PGRST_DB_TX_END", "random", "Invalid transaction termination. Check your configuration."],
    ["PGRST_LOG_LEVEL", "never", "Invalid logging level. Check your configuration."],
    ["PGRST_OPENAPI_MODE", "follow-", "Invalid openapi-mode. Check your configuration."],
    ["PGRST_SERVER_UNIX_SOCKET_MODE", "800", "Invalid server-unix-socket-mode: not an octal"],
    ["PGRST_SERVER_UNIX_SOCKET_MODE", "599", "Invalid server-unix-socket-mode: needs to be between 600 and 777"],
    ["PGRST_JWT_AUD", "my: api", "Invalid Jwt audience. Check your configuration."],
    [
      "PGRST_OPENAPI_SERVER_PROXY_URI",
      "htp:/@@localhorst.invalid",
      "Malformed proxy uri, a correct example: https://example.com:8443/basePath",
    ],
    [
      "PGRST_JWT_ROLE_CLAIM_KEY",
      "1234",
      String.raw`"\"failed to parse role-claim-key value (1234)\" (line 1, column 1):\nunexpected \"1\"\nexpecting period (.)"`,
    ],
  ])("%s=%s", (name, value, message) => {
    expect(() => fromEnv({ [name]: value })).toThrow(
      expect.objectContaining({ message: `Error in config ${message}` }),
    );
  });

  test("log-level=debug by 12.0", () => {
    const env = { PGRST_LOG_LEVEL: "debug" };
    expect(readConfig({ env }, newer).logLevel).toBe("debug");
    expect(() => readConfig({ env }, dialects["12.0"])).toThrow("Invalid logging level");
  });

  test("a secret that is no base64", () => {
    expect(() => fromEnv({ PGRST_JWT_SECRET: "no base-64!", PGRST_JWT_SECRET_IS_BASE64: "true" })).toThrow(
      "not base64",
    );
  });

  test("files that cannot be read, by option and name", () => {
    expect(() => readConfig({ env: {}, file: "missing.conf" }, newer)).toThrow(
      /^Error in config missing\.conf: .*read/,
    );
    expect(() => fromEnv({ PGRST_JWT_SECRET: "@missing" })).toThrow(/^Error in config jwt-secret: the file missing/);
  });

  test("schemas that are no text", () => {
    expect(() => fromFile("db-schemas = 5")).toThrow("db-schemas must be a text");
  });
});
