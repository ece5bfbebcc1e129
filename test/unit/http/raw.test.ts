import { describe, expect, it } from "vitest";
import { parseHead } from "../../../src/http/raw.ts";

const parse = (...lines: string[]) => parseHead(Buffer.from(`${lines.join("\r\n")}\r\n\r\n`));

describe("a head that Node's parser refused", () => {
  it("is read by hand", () => {
    expect(parse("FOO /a?b=c HTTP/1.1", "Host: x", "Accept:  text/csv ")).toEqual({
      method: "FOO",
      path: "/a",
      query: "b=c",
      headers: [
        ["Host", "x"],
        ["Accept", "text/csv"],
      ],
      body: Buffer.alloc(0),
    });
  });

  it.each(["FOO", "FOO /a", "F(O /a HTTP/1.1", "FOO a HTTP/1.1", "FOO /a HTTP/2.0"])("is not one: %s", (line) => {
    expect(parse(line)).toBeNull();
  });

  it("has to be whole", () => {
    expect(parseHead(Buffer.from("FOO /a HTTP/1.1\r\nHost: x\r\n"))).toBeNull();
  });
});
