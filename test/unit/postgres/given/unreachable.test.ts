/** What is said where nobody lets us in: what happened, why, and what to do about that very reason. */
import { expect, test } from "vitest";
import { unreachable } from "../../../../src/postgres/given/unreachable.ts";

const url = "postgres://postgres:secret@db:5433/shop";
const failure = (message: string, code?: string) =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

test.each([
  ["ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:5433", /cannot be reached/, /^Nothing listens there/, /^Start that/],
  ["ENOTFOUND", "getaddrinfo ENOTFOUND db", /cannot be reached/, /^Nobody knows the host db /, /percent-encoded/],
  ["ETIMEDOUT", "connect ETIMEDOUT", /cannot be reached/, /^It does not answer/, /firewall or VPN/],
  [undefined, "timeout expired", /cannot be reached/, /^It did not answer within 15 s/, /firewall or VPN/],
  [
    "28P01",
    "password authentication failed",
    /does not let postgres in/,
    /password authentication/,
    /Correct the password/,
  ],
  ["28000", 'role "postgres" does not exist', /does not let postgres in/, /role "postgres"/, /superuser postgres/],
  ["3D000", 'database "shop" does not exist', /has no database shop/, /one of its own/, /such as \/postgres/],
  ["57P03", "the database system is starting up", /cannot be reached/, /starting up/, /^Wait until it is ready/],
  ["53300", "sorry, too many clients already", /cannot be reached/, /too many clients/, /max_connections/],
  [undefined, "Connection terminated unexpectedly", /cannot be reached/, /hung up/, /is that of a Postgres/],
  [undefined, "The server does not support SSL connections", /cannot be reached/, /offers none/, /sslmode=disable/],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate", /cannot be reached/, /not trusted/, /sslrootcert/],
  [
    "ENOENT",
    "ENOENT: no such file, open '/ca.pem'",
    /cannot be reached/,
    /ca\.pem/,
    /^Check address, user and password/,
  ],
] as const)("%s %s", (code, message, what, why, next) => {
  const error = unreachable(url, failure(message, code));
  expect(error.code).toBe("URL_UNUSABLE");
  expect(error.message).toMatch(what);
  expect(error.why).toMatch(why);
  expect(error.next).toMatch(next);
  expect([error.message, error.why, error.next].join()).not.toContain("secret");
});

test("a URL without a password, where one is asked for", () => {
  const asked = failure("SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string");
  expect(unreachable("postgres://postgres@db/postgres", asked)).toMatchObject({
    message: "The Postgres at db does not let postgres in.",
    why: "It asks for a password, and the URL has none.",
  });
});
