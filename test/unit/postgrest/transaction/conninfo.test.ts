import { describe, expect, it } from "vitest";
import { connectFailureMessage, connectionInfo } from "../../../../src/postgrest/transaction/conninfo.ts";

describe("db-uri", () => {
  it.each([
    ["postgres://u@h/d", { user: "u", host: "h", database: "d" }],
    ["postgresql://u:p@127.0.0.1:5433/d", { user: "u", password: "p", host: "127.0.0.1", port: 5433, database: "d" }],
    ["postgresql://?dbname=d&host=/run/pg&user=u&port=5433", { database: "d", host: "/run/pg", user: "u", port: 5433 }],
    ["postgres:///d?host=h", { host: "h", database: "d" }],
    ["postgres://[::1]:5433/d", { host: "::1", port: 5433, database: "d" }],
    ["postgres://u:%40b%2Fc@h/my%20db", { user: "u", password: "@b/c", host: "h", database: "my db" }],
    ["postgres://u:?odd[]#@h/d", { user: "u", password: "?odd[]#", host: "h", database: "d" }],
    ["postgres://first:1,second:2/d", { host: "first", port: 1, database: "d" }],
    ["postgres://h/d?application_name=me&connect_timeout=3", { application_name: "me", connectionTimeoutMillis: 3000 }],
    ["postgres://h/d?sslmode=require", { ssl: { rejectUnauthorized: false } }],
  ])("may be the URI %s", (uri, expected) => {
    expect(connectionInfo(uri, "app")).toMatchObject({ ...expected, fallback_application_name: "app" });
  });

  it("leaves to PG* variables what a URI does not say", () => {
    expect(connectionInfo("postgresql://", "app")).toEqual({ fallback_application_name: "app", keepAlive: true });
    expect(connectionInfo("postgresql://?user=u", "app")).not.toHaveProperty("database");
  });

  it("leaves certificates to the driver", () => {
    const uri = "postgres://h/d?sslrootcert=ca.pem";
    expect(connectionInfo(uri, "app")).toHaveProperty("connectionString", uri);
  });

  it("may be pairs, quoted where needed", () => {
    expect(connectionInfo("host=h port = 5433 user='a b' password='it\\'s' dbname=d", "app")).toMatchObject({
      host: "h",
      port: 5433,
      user: "a b",
      password: "it's",
      database: "d",
    });
  });
});

describe("a failed connect", () => {
  it("is told in libpq's words", () => {
    expect(connectFailureMessage({ code: "ECONNREFUSED" }, "127.0.0.1", 5432).message).toBe(
      'connection to server at "127.0.0.1", port 5432 failed: Connection refused\n' +
        "\tIs the server running on that host and accepting TCP/IP connections?\n",
    );
  });

  it("keeps what the server said", () => {
    const said = { severity: "FATAL", code: "28P01", message: 'password authentication failed for user "x"' };
    expect(connectFailureMessage(said, "h", 1)).toEqual({
      message: 'connection to server at "h", port 1 failed: FATAL:  password authentication failed for user "x"\n',
      sqlState: "28P01",
    });
  });

  it("says of a password that is wanted and not there what libpq says", () => {
    const thrown = new Error("SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string");
    expect(connectFailureMessage(thrown, "h", 1).message).toBe(
      'connection to server at "h", port 1 failed: fe_sendauth: no password supplied\n',
    );
  });
});
