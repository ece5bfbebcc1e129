import { describe, expect, it } from "vitest";
import { isUri, showUri } from "../../../../src/postgrest/auth/uri.ts";

// What v12.2.12 took for URIs in the claim `sub`.
describe("a URI", () => {
  it.each([
    "user:1",
    "x:",
    "a://",
    "a:///",
    "a:/b//c",
    "a+b.c-d:x",
    "mailto:a@b",
    "https://a?b=c:d/e?f#g?/",
    "http://a:/",
    "http://u@h:80/%41",
    "http://[::1]/",
    "http://[::ffff:1.2.3.4]",
    "http://[::1%25en0]/",
    "http://[v1.a]/",
    "data:text/plain,hi",
  ])("%s", (text) => {
    expect(isUri(text)).toBe(true);
  });

  it.each([
    "1a:x",
    "a_b:x",
    "//a:b",
    "a:b c",
    "a:b\n",
    "a:#b#c",
    "x:[",
    "x:/a[b",
    "https://a?b[c]=d",
    "http://a/%zz",
    "http://a:port",
    "http://a:1:2/",
    "http://a@b@c/",
    "http://[::1",
    "http://[]/",
    "http://[1::2::3]/",
    "urn:é",
  ])("%s is none", (text) => {
    expect(isUri(text)).toBe(false);
  });

  it.each([
    ["http://u:p@h:80/", "http://u:...@h:80/"],
    ["http://u:@h/", "http://u:@h/"],
    ["http://u@h/", "http://u@h/"],
    ["mailto:a:b@c", "mailto:a:b@c"],
  ])("%s is shown as %s", (text, shown) => {
    expect(showUri(text)).toBe(shown);
  });
});
