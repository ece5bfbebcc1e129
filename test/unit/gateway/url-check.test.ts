import { expect, it } from "vitest";
import { checkUrl, isHealthTarget } from "../../../src/gateway/url-check.ts";

it.each([
  ["/t", "a.test", "fine"],
  ["/t", "a.test:8443", "fine"],
  ["/t", "A.test:80", "fine"],
  ["/t", "[::1]:80", "fine"],
  ["/t", "", "fine"],
  ["/t", undefined, "fine"],
  ["/t", "u@a.test", "refused"],
  ["/t", "a.test/x", "refused"],
  ["/t", "a.test:", "refused"],
  ["/t", "a.test:65536", "refused"],
  ["*", "a.test", "refused"],
  ["*", "A.test", "refused"],
])("%j for Host %j is %s", (target, host, verdict) => expect(checkUrl(target, host)).toBe(verdict));

it("an absolute target is looked at alone", () => {
  expect(checkUrl("http://other.test/t", "a.test:")).toBe("fine");
  expect(checkUrl("http://other.test:99999/t", "a.test")).toBe("refused");
  expect(checkUrl("ftp://other.test/t", "a.test")).toBe("refused");
});

it("a host that looks plain and is none breaks whoever reads the URL, unless the framework reads it first", () => {
  for (const host of ["999.999.999.999", "xn--a", "4294967296:8080"]) {
    expect(checkUrl("/t?a=eq.1", host), host).toBe("broken");
    for (const target of ["/a/../t", '/"t"', "/t?a=%20"]) expect(checkUrl(target, host), target).toBe("refused");
  }
});

it("a name that parsing shortens or lengthens is refused only where the framework parses it", () => {
  expect(checkUrl("/t", "127.1")).toBe("fine");
  expect(checkUrl("/t", "127.1:80")).toBe("refused");
});

it("health is compared as text", () => {
  expect(["/health", "/health?x=1", "/health/deep"].every((target) => isHealthTarget("GET", target))).toBe(true);
  expect(isHealthTarget("POST", "/health")).toBe(false);
  expect(isHealthTarget("GET", "/healthy")).toBe(false);
});
