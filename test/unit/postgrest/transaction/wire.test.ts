import { describe, expect, it } from "vitest";
import { WireReader } from "../../../../src/postgrest/transaction/wire-reader.ts";
import { WireWriter } from "../../../../src/postgrest/transaction/wire-writer.ts";

const message = (type: string, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(5);
  head.write(type, 0);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const int16 = (value: number): Buffer => int32(value).subarray(2);
const text = (value: string): Buffer => Buffer.from(`${value}\0`);

describe("what is written", () => {
  it("is Parse, Bind, Execute and Sync as the protocol has them", () => {
    const bytes = new WireWriter()
      .parse("s1", "select $1")
      .bind("s1", ["é", null, Buffer.from([0xff])], "binary")
      .execute()
      .sync()
      .finish();
    const bind = [
      text(""),
      text("s1"),
      int16(0),
      int16(3),
      int32(2),
      Buffer.from("é"),
      int32(-1),
      int32(1),
      Buffer.from([0xff]),
      int16(1),
      int16(1),
    ];
    expect(bytes).toEqual(
      Buffer.concat([
        message("P", text("s1"), text("select $1"), int16(0)),
        message("B", ...bind),
        message("E", text(""), int32(0)),
        message("S"),
      ]),
    );
  });

  it("grows beyond its first buffer", () => {
    const long = "x".repeat(100_000);
    const bytes = new WireWriter().bind("", [long, Buffer.from(long)], "text").finish();
    expect(bytes.length).toBe(200_000 + 5 + 2 + 2 + 2 + 4 + 4 + 2 + 2);
  });

  it("refuses a NUL in the text of a statement", () => {
    expect(() => new WireWriter().parse("", "select 1\0; drop table x")).toThrow(TypeError);
  });
});

describe("what is read", () => {
  const row = message("D", int16(3), int32(2), Buffer.from("ab"), int32(-1), int32(0));
  const error = message(
    "E",
    text("SERROR"),
    text("VERROR"),
    text("C42501"),
    text("Mno"),
    text("Hwhy"),
    Buffer.from([0]),
  );
  const all = Buffer.concat([
    message("1"),
    message("2"),
    row,
    message("C", text("SELECT 1")),
    error,
    message("Z", Buffer.from("E")),
  ]);

  const readIn = (size: number) => {
    const messages: unknown[] = [];
    const reader = new WireReader();
    for (let start = 0; start < all.length; start += size) {
      // A copy, because a socket may use its buffer again.
      reader.push(Buffer.from(all.subarray(start, start + size)), (one) =>
        messages.push(one.type === "row" ? { type: "row", values: one.row.values() } : one),
      );
    }
    return messages;
  };

  it("is the same however the bytes are cut", () => {
    const whole = readIn(all.length);
    expect(whole).toMatchObject(
      ["parse-complete", "row", "statement-complete", "error", "ready"].map((type) => ({ type })),
    );
    expect(whole[1]).toEqual({ type: "row", values: [Buffer.from("ab"), null, Buffer.alloc(0)] });
    expect(whole[3]).toMatchObject({
      error: { severity: "ERROR", sqlState: "42501", message: "no", hint: "why", detail: null },
    });
    for (const size of [1, 2, 3, 5, 7, 11]) expect(readIn(size)).toEqual(whole);
  });
});
