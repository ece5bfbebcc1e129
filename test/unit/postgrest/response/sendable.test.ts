import { describe, expect, it } from "vitest";
import { sendable } from "../../../../src/postgrest/response/sendable.ts";

const response = (status: number, name: string, value: string) => ({
  status,
  headers: [["Content-Type", "a"] as const, [name, value] as const],
  body: "x",
});
const message = (status: number, name = "X-A", value = "b") => {
  const { body, ...sent } = sendable(response(status, name, value));
  expect(sent.status).toBe(500);
  return (JSON.parse(String(body)) as { message: string }).message;
};

describe("what SQL wants to be sent", () => {
  it.each([100, 201, 999])("goes out with status %i", (status) => {
    expect(sendable(response(status, "X-A", "\xc3\xa9\t1"))).toEqual(response(status, "X-A", "\xc3\xa9\t1"));
  });

  it.each([
    ["b\nc", "b c"],
    ["b\r\n \tc\n\nd\n", "b c d"],
    ["\nb", " b"],
    ["b\rc", "bc"],
  ])("has lines folded: %j", (value, folded) => {
    expect(sendable(response(200, "X-A", value))).toEqual(response(200, "X-A", folded));
  });

  it.each([0, 42, 1000])("is refused with status %i", (status) => {
    expect(message(status)).toBe(`SQL set the response status ${status}. HTTP knows 100 to 999.`);
  });

  it.each([
    ["X A", "b"],
    ["", "b"],
    ["X\n", "b"],
    ["X-A", "\x01"],
  ])("is refused with header %j: %j", (name, value) => {
    expect(message(200, name, value)).toContain(
      `The response header ${JSON.stringify(name)}, set by SQL or made of a name in the URL, cannot`,
    );
  });
});
