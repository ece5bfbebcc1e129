import { describe, expect, it } from "vitest";
import type { PostgrestVersion } from "../../../../src/postgrest/dialect.ts";
import { preferenceApplied } from "../../../../src/postgrest/request/preferences.ts";
import { ask } from "./support.ts";

const prefer = (values: string | readonly string[], version: PostgrestVersion = "12.2", dbTxAllowOverride = true) => {
  const headers = [values].flat().map((value) => ["Prefer", value] as const);
  const request = ask("GET /films", { headers, version, config: { dbTxAllowOverride }, timezones: ["Asia/Tokyo"] });
  return request.preferences;
};
const none = {
  resolution: null,
  representation: null,
  parameters: null,
  count: null,
  transaction: null,
  missing: null,
  handling: null,
  timezone: null,
  maxAffected: null,
  invalid: [],
};

describe("reading", () => {
  it.each([
    ["resolution=merge-duplicates", { resolution: "merge-duplicates" }],
    ["return=representation", { representation: "full" }],
    ["return=minimal", { representation: "none" }],
    ["return=headers-only", { representation: "headers-only" }],
    ["params=single-object", { parameters: "single-object" }],
    [
      "count=planned, tx=rollback ,  missing=default",
      { count: "planned", transaction: "rollback", missing: "default" },
    ],
    ["handling=strict, anything", { handling: "strict", invalid: ["anything"] }],
    ["Return=minimal", { invalid: ["Return=minimal"] }],
    ["count = exact", { invalid: ["count = exact"] }],
    ["count=exact;x", { invalid: ["count=exact;x"] }],
    [",", { invalid: ["", ""] }],
    ["", {}],
    ["timezone=Asia/Tokyo", { timezone: "Asia/Tokyo" }],
    ["timezone=asia/tokyo", { invalid: ["timezone=asia/tokyo"] }],
    ["toString", { invalid: ["toString"] }],
  ])("%s", (value, expected) => {
    expect(prefer(value)).toEqual({ ...none, ...expected });
  });

  it("takes all headers together, and of a preference given twice the first", () => {
    expect(prefer(["count=exact, count=planned", "tx=commit", "tx=rollback"])).toEqual({
      ...none,
      count: "exact",
      transaction: "commit",
    });
  });

  it("knows tx without heeding it where the configuration does not allow it", () => {
    expect(prefer("tx=rollback", "12.2", false)).toEqual(none);
  });

  it.each([
    ["max-affected=5", 5n, []],
    ["max-affected=-1", -1n, []],
    ["max-affected=x", null, []],
    ["max-affected=", null, []],
    ["max-affected=18446744073709551617", 1n, []],
    ["max-affected=2, max-affected=3", 2n, []],
  ])("%s", (value, maxAffected, invalid) => {
    expect(prefer(value)).toEqual({ ...none, maxAffected, invalid });
  });
});

describe("in 12.0", () => {
  it("max-affected is unknown", () => {
    expect(prefer("max-affected=5", "12.0")).toEqual({ ...none, invalid: ["max-affected=5"] });
  });

  it("a valid time zone lets every other word pass", () => {
    expect(prefer("x, timezone=Asia/Tokyo, y", "12.0").invalid).toEqual([]);
    expect(prefer("x, timezone=Asia/Tokyo, y").invalid).toEqual(["x", "y"]);
    expect(prefer("x, timezone=nope", "12.0").invalid).toEqual(["x", "timezone=nope"]);
  });
});

describe("reporting", () => {
  it("has an order of its own", () => {
    const applied = prefer(
      "timezone=Asia/Tokyo, handling=strict, tx=commit, count=exact, params=single-object, return=minimal, missing=null, resolution=ignore-duplicates, max-affected=7",
    );
    expect(preferenceApplied(applied)).toEqual([
      "Preference-Applied",
      "resolution=ignore-duplicates, missing=null, return=minimal, params=single-object, count=exact, tx=commit, handling=strict, timezone=Asia/Tokyo, max-affected=7",
    ]);
  });

  it("leaves max-affected out unless handling is strict", () => {
    expect(preferenceApplied(prefer("max-affected=7, handling=lenient"))?.[1]).toBe("handling=lenient");
    expect(preferenceApplied(prefer("max-affected=7"))).toBeNull();
  });
});
