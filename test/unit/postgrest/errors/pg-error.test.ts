import { describe, expect, it } from "vitest";
import { dialects } from "../../../../src/postgrest/dialect.ts";
import { fromPgError } from "../../../../src/postgrest/errors/pg-error.ts";
import type { PgError } from "../../../../src/postgrest/transaction/types.ts";

const raised = (sqlState: string, more: Partial<PgError> = {}): PgError => ({
  severity: "ERROR",
  sqlState,
  message: "what happened",
  detail: null,
  hint: null,
  ...more,
});
const status = (error: PgError, version: "12.2" | "12.0" = "12.2") =>
  fromPgError(error, true, dialects[version]).status;

describe("the status of an SQLSTATE", () => {
  it.each([
    ["08006", 503],
    ["09000", 500],
    ["0L000", 403],
    ["0P000", 403],
    ["22023", 400],
    ["22P02", 400],
    ["23502", 400],
    ["23503", 409],
    ["23505", 409],
    ["23514", 400],
    ["25006", 405],
    ["25P02", 500],
    ["28P01", 403],
    ["2D000", 500],
    ["38000", 500],
    ["39000", 500],
    ["3B000", 500],
    ["40P01", 500],
    ["42501", 403],
    ["42601", 400],
    ["42703", 400],
    ["42883", 404],
    ["42P01", 404],
    ["42P10", 400],
    ["53300", 503],
    ["55000", 500],
    ["57014", 500],
    ["57P01", 503],
    ["57P02", 500],
    ["58000", 500],
    ["F0000", 500],
    ["HV000", 500],
    ["P0001", 400],
    ["P0002", 500],
    ["PT402", 402],
    ["PT999", 999],
    ["PTABC", 500],
    ["XX000", 500],
    ["ZZZZZ", 400],
  ])("%s is %s in both versions", (sqlState, expected) => {
    expect([status(raised(sqlState)), status(raised(sqlState), "12.0")]).toEqual([expected, expected]);
  });

  it.each([
    // code, 12.2, 12.0
    ["21000", 500, 400],
    ["42P17", 500, 400],
    ["53400", 500, 503],
    ["54001", 500, 413],
    ["54011", 500, 413],
  ])("%s differs", (sqlState, newer, older) => {
    expect([status(raised(sqlState)), status(raised(sqlState), "12.0")]).toEqual([newer, older]);
  });

  it("depends on the message where one code has two meanings", () => {
    expect(status(raised("21000", { message: "UPDATE requires a WHERE clause" }))).toBe(400);
    expect(status(raised("42883", { message: "function xmlagg(integer) does not exist" }))).toBe(406);
  });
});

describe("what goes out", () => {
  it("is what Postgres said, the rest is evidence", () => {
    const error = raised("23505", { detail: "Key (id)=(1) already exists.", table: "films", constraint: "films_pkey" });
    expect(fromPgError(error, true, dialects["12.2"])).toMatchObject({
      body: { code: "23505", message: "what happened", details: "Key (id)=(1) already exists.", hint: null },
      headers: [],
      reason: null,
      evidence: { table: "films", constraint: "films_pkey" },
    });
  });

  it("asks for a token when a right is missing and nobody is logged in", () => {
    const refusal = fromPgError(raised("42501"), false, dialects["12.2"]);
    expect(refusal).toMatchObject({ status: 401, headers: [["WWW-Authenticate", "Bearer"]] });
    expect(fromPgError(raised("PT401"), true, dialects["12.2"]).headers).toEqual([["WWW-Authenticate", "Bearer"]]);
  });

  it("has the message as reason phrase for PTxyz", () => {
    expect(fromPgError(raised("PT402"), true, dialects["12.2"]).reason).toBe("what happened");
    expect(fromPgError(raised("PTABC"), true, dialects["12.2"]).reason).toBeNull();
  });
});

describe("an answer raised by SQL", () => {
  const answer = (message: string, detail: string | null, version: "12.2" | "12.0" = "12.2") =>
    fromPgError(raised("PGRST", { message, detail }), false, dialects[version]);
  const body = '{"code":"123","message":"Payment","details":"Quota","extra":1}';
  const head = '{"status":402,"status_text":"Pay up","headers":{"X-B":"2","X-A":"1"}}';

  it("has its own body, status, phrase and headers", () => {
    expect(answer(body, head)).toMatchObject({
      status: 402,
      reason: "Pay up",
      headers: [
        ["X-A", "1"],
        ["X-B", "2"],
      ],
      body: { code: "123", message: "Payment", details: "Quota", hint: null },
    });
  });

  it("needs nothing but code, message, status and headers", () => {
    const bare = answer('{"code":"1","message":"m","hint":null}', '{"status":4.01e2,"headers":{}}');
    expect(bare).toMatchObject({ status: 401, reason: null, headers: [], body: { details: null, hint: null } });
  });

  it.each([
    ["no JSON", head],
    ['["code"]', head],
    ['{"code":"1"}', head],
    ['{"code":1,"message":"m"}', head],
    ['{"code":"1","message":"m","details":{}}', head],
    ['{"code":"1","message":"\\ud83d"}', head],
  ])("message %s is refused", (message, detail) => {
    expect(answer(message, detail)).toMatchObject({
      status: 500,
      body: {
        code: "PGRST121",
        message: `Could not parse JSON in the "RAISE SQLSTATE 'PGRST'" error`,
        details: `Invalid JSON value for MESSAGE: '${message}'`,
        hint: expect.stringContaining("obligatory keys: 'code', 'message'"),
      },
    });
  });

  it.each([
    "no JSON",
    '{"status":402}',
    '{"status":"402","headers":{}}',
    '{"status":402.5,"headers":{}}',
    '{"status":4e30,"headers":{}}',
    '{"status":402,"headers":[]}',
    '{"status":402,"headers":{"a":1}}',
    '{"status":402,"headers":{},"status_text":1}',
  ])("detail %s is refused", (detail) => {
    expect(answer(body, detail).body).toMatchObject({
      details: `Invalid JSON value for DETAIL: '${detail}'`,
      hint: expect.stringContaining("obligatory keys: 'status', 'headers'"),
    });
  });

  it("has what comes first of what is given twice", () => {
    const twice = answer(
      '{"code":"1","code":"2","message":"m"}',
      '{"status":402,"headers":{"A":"b","A":"c"},"status":1}',
    );
    expect(twice).toMatchObject({ status: 402, headers: [["A", "b"]], body: { code: "1" } });
  });

  it("needs a detail, but the message is looked at first", () => {
    expect(answer(body, null).body?.details).toBe("DETAIL is missing in the RAISE statement");
    expect(answer("x", null).body?.details).toBe("Invalid JSON value for MESSAGE: 'x'");
  });

  it("is refused without an explanation in 12.0", () => {
    expect(answer("x", null, "12.0").body).toEqual({
      code: "PGRST121",
      message: "The message and detail field of RAISE 'PGRST' error expects JSON",
      details: null,
      hint: null,
    });
  });
});
