import { describe, expect, test } from "vitest";
import { judge } from "../../../../src/postgres/given/judge.ts";
import { locationOf, shownUrl } from "../../../../src/postgres/given/location.ts";
import { databaseComment, readDatabaseComment } from "../../../../src/postgres/given/marks.ts";
import type { Survey } from "../../../../src/postgres/given/survey.ts";

const empty: Survey = {
  version: { text: "16.14", major: 16 },
  user: "postgres",
  database: "postgres",
  superuser: true,
  standby: false,
  systemIdentifier: "1",
  own: [],
  foreign: [{ name: "postgres", bytes: 7_500_000 }],
  foreignObjects: 0,
  foreignRoles: [],
};
const wish = { url: "postgres://postgres:pw@localhost:5432/postgres", mode: "v2", iKnow: false };

describe("where a URL leads", () => {
  test.each([
    ["postgres://p@localhost/x", "this machine"],
    ["postgres://p@127.0.0.1:5433/x", "this machine"],
    ["postgres://p@[::1]/x", "this machine"],
    ["postgres://p@%2Frun%2Fpostgresql/x", "this machine"],
    ["postgres:///x", "this machine"],
    ["postgres://p@postgres/x", "a private service"],
    ["postgres://p@host.docker.internal/x", "a private service"],
    ["postgres://p@db.example.com/x", "elsewhere"],
    ["postgres://p@10.0.0.5/x", "elsewhere"],
    ["postgres://p@[fd00::1]/x", "elsewhere"],
  ])("%s: %s", (url, location) => expect(locationOf(url)).toBe(location));

  test("is shown without its password", () => {
    expect(shownUrl("postgres://p:secret@db:5433/x")).toBe("db:5433");
  });
});

describe("a given server", () => {
  test("that is empty and of this machine may be used", () => expect(judge(empty, wish)).toEqual([]));

  test("of a service container with a database of its own may be used", () => {
    const foreign = [...empty.foreign, { name: "app", bytes: 7_500_000 }];
    const url = "postgres://postgres:pw@postgres:5432/app";
    expect(judge({ ...empty, database: "app", foreign }, { ...wish, url })).toEqual([]);
  });

  test("of a neighbouring version is used with a remark", () => {
    expect(judge({ ...empty, version: { text: "15.8", major: 15 } }, wish)).toEqual([
      expect.stringContaining("Postgres 15.8 is not what the platform runs (16)"),
    ]);
  });

  test.each([
    ["VERSION_MISMATCH", { version: { text: "14.1", major: 14 } }],
    ["NOT_SUPERUSER", { superuser: false }],
    ["NOT_SUPERUSER", { user: "admin" }],
    ["URL_UNUSABLE", { standby: true }],
    ["OTHER_MODE", { own: [{ name: "flux_dev_x_v1", mark: { project: "x", mode: "v1" } }] }],
  ])("is refused with %s whatever the user knows: %j", (code, difference) => {
    expect(() => judge({ ...empty, ...difference }, { ...wish, iKnow: true })).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test.each([
    ["its address", {}, "postgres://postgres@db.example.com/postgres"],
    ["It holds data: shop (70 MB)", { foreign: [{ name: "shop", bytes: 70_000_000 }] }, wish.url],
    ["other databases: shop", { foreign: [{ name: "shop", bytes: 8_000_000 }] }, wish.url],
    ["tables, views or functions of somebody's (3)", { foreignObjects: 3 }, wish.url],
    ["would be changed: anon", { foreignRoles: ["anon"] }, wish.url],
  ])("looks like production: %s", (why, difference, url) => {
    const survey = { ...empty, ...difference };
    expect(() => judge(survey, { ...wish, url })).toThrow(
      expect.objectContaining({
        code: "LOOKS_LIKE_PRODUCTION",
        why: expect.stringMatching(new RegExp(quoted(why), "i")),
      }),
    );
    expect(judge(survey, { ...wish, url, iKnow: true })).not.toEqual([]);
  });
});

const quoted = (text: string): string => text.replace(/[()]/g, "\\$&");

test("flux-dev's databases are known by their comments", () => {
  const mark = { project: "shop-abcdef0-123456", mode: "v2" };
  expect(readDatabaseComment(databaseComment(mark))).toEqual(mark);
  for (const comment of [null, "flux-dev", "flux-dev {", "mine"]) expect(readDatabaseComment(comment)).toBeUndefined();
});
