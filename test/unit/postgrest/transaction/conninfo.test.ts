import { describe, expect, it } from "vitest";
import { connectFailureMessage, connectionInfo } from "../../../../src/postgrest/transaction/conninfo.ts";

describe("db-uri", () => {
  it("may be a URI", () => {
    expect(connectionInfo("postgres://u@h/d", "app")).toMatchObject({
      connectionString: "postgres://u@h/d",
      fallback_application_name: "app",
    });
  });

  it("may be nothing but a scheme", () => {
    expect(connectionInfo("postgresql://", "app")).not.toHaveProperty("connectionString");
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
});
