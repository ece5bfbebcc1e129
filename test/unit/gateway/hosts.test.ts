import { describe, expect, it } from "vitest";
import { arrive } from "../../../src/gateway/arrival.ts";
import { parseHost } from "../../../src/gateway/hosts.ts";

const BASE = "flux.localhost";
const parse = (hostname: string) => parseHost(hostname, BASE);

describe("host forms", () => {
  it.each([
    ["api--notes--1a2b3c4", "flat", "notes", "1a2b3c4"],
    ["api--notes--app--1a2b3c4", "flat", "notes--app", "1a2b3c4"],
    ["api.notes.1a2b3c4", "dotted", "notes", "1a2b3c4"],
    ["notes-1a2b3c4", "slugHash", "notes", "1a2b3c4"],
    ["notes-app-1a2b3c4", "slugHash", "notes-app", "1a2b3c4"],
    ["notes-app-1a2b3c4.anything", "slugHash", "notes-app", "1a2b3c4"],
    ["notes-app-1a2b3c4.any.thing.at.all", "slugHash", "notes-app", "1a2b3c4"],
    ["notes-xyz", "slugHash", "notes", "xyz"],
    // A flat label that is none falls through to the last form.
    ["api--x--0000000", "flat", "x", "0000000"],
    ["api--x--000000", "slugHash", "api--x-", "000000"],
    ["api--1a2b3c4", "slugHash", "api-", "1a2b3c4"],
    ["api----1a2b3c4", "slugHash", "api---", "1a2b3c4"],
    ["api--notes--1a2b3c4.before", "slugHash", "api--notes-", "1a2b3c4"],
    ["api.notes.1a2b3c", null],
    ["api.notes-app.1a2b3c4.more", null],
    ["before.api--notes--1a2b3c4", null],
    ["notes", null],
    ["", null],
  ])("%s under the base domain", (labels, form, slug?: string, hash?: string) => {
    expect(parse(`${labels}.${BASE}`)).toEqual(form === null ? null : { form, slug, hash });
  });

  it.each([
    [BASE],
    ["localhost"],
    ["127.0.0.1"],
    ["["],
    [""],
    ["api--notes--1a2b3c4.other.test"],
    [`api--notes--1a2b3c4.${BASE}.`],
    [`api--notes--1a2b3c4${BASE}`],
  ])("%j is no name under it", (hostname) => expect(parse(hostname)).toBeNull());
});

describe("the Host field", () => {
  const hostname = (host: string) => {
    return arrive({ method: "GET", path: "/", query: "", headers: [["Host", host]], body: Buffer.alloc(0) }).hostname;
  };

  it.each([
    ["API--Notes--1A2B3C4.flux.localhost", "api--notes--1a2b3c4.flux.localhost"],
    ["a.test:8443", "a.test"],
    ["a.test.", "a.test."],
    ["[::1]:80", "["],
    ["", ""],
  ])("%j is cut to %j", (host, expected) => expect(hostname(host)).toBe(expected));
});

describe("the target", () => {
  const target = (path: string, query = "") => {
    const at = arrive({ method: "GET", path, query, headers: [], body: Buffer.alloc(0) });
    return at.query === "" ? at.path : `${at.path}?${at.query}`;
  };

  it.each([
    ["/a/../notes/./b", "/notes/b"],
    ["/a%2Fb%41", "/a%2Fb%41"],
    ['/a"b`c', "/a%22b%60c"],
    ["/a#fragment", "/a"],
    ["/\\evil/x", "//evil/x"],
    ["/..//evil", "//evil"],
  ])("%s becomes %s", (path, expected) => expect(target(path)).toBe(expected));

  it("keeps the query's escapes and adds what a URL needs", () => {
    expect(target("/n", "a=eq.%22x%22&b='y'&c=\"z\"")).toBe("/n?a=eq.%22x%22&b=%27y%27&c=%22z%22");
  });
});

it("takes every character of a target as WHATWG parsing does", () => {
  const printable = Array.from({ length: 0x7f - 0x21 }, (_, index) => String.fromCharCode(0x21 + index));
  for (const char of [...printable, ".", "..", "%2e", "%2E%2e", "/", "//", "\\", "\x80", "é"]) {
    for (const [path, query] of [
      [`/${char}`, ""],
      [`/a/${char}`, "b"],
      [`/a${char}b/c`, char],
      [`/${char}a/`, `a=${char}b`],
    ] as const) {
      if (char === "?" || (char === "#" && query === "")) continue;
      const { pathname, search } = new URL(`http://host${path}${query === "" ? "" : `?${query}`}`);
      const at = arrive({ method: "GET", path, query, headers: [], body: Buffer.alloc(0) });
      expect([at.path, at.query]).toEqual([pathname, search.slice(1)]);
    }
  }
});
