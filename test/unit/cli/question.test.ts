import { expect, it } from "vitest";
import { question } from "../../../src/cli/question.ts";

it("is the last failure, a trace, or a request whose method may be left out", () => {
  expect(question([], {})).toEqual({});
  expect(question(["t1"], {})).toEqual({ trace: "t1" });
  expect(question(["/notes"], {})).toMatchObject({ request: { method: "GET", target: "/notes" } });
  expect(question(["/notes"], { body: "{}" })).toMatchObject({ request: { method: "POST" } });
  expect(question(["patch", "http://localhost/notes"], {})).toMatchObject({
    request: { method: "PATCH", target: "http://localhost/notes" },
  });
});

it.each([
  [["GET", "notes"]],
  [["GET", "/notes", "/more"]],
  [["GET", "http://localhost:99999/notes"]],
  [["http://localhost:99999/notes"]],
])("%j is no request, and what one is is said", (words) => {
  expect(() => question(words, {})).toThrow("is not a request.");
});

it("a flag that describes a request needs one", () => {
  expect(() => question(["t1"], { as: "alice" })).toThrow("--as describes a request, and there is none.");
});
