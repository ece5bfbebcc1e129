import { describe, expect, it } from "vitest";
import { derivedId, parseUsers } from "../../../src/project/users.ts";

describe("users", () => {
  it("need only a name; id and e-mail follow from it", () => {
    const [user] = parseUsers({ users: [{ name: "alice" }] }, "users.json");
    expect(user).toMatchObject({ name: "alice", email: "alice@example.com", organizations: [], publicMetadata: {} });
    expect(user!.id).toMatch(/^user_[0-9A-Za-z]{27}$/);
    expect(user!.id).toBe(derivedId("user", "alice"));
  });

  it("share an organisation by its slug", () => {
    const users = parseUsers(
      { users: ["a", "b"].map((name) => ({ name, organizations: [{ slug: "acme" }] })) },
      "users.json",
    );
    expect(users[0]!.organizations[0]).toEqual(users[1]!.organizations[0]);
    expect(users[0]!.organizations[0]).toMatchObject({ name: "acme", role: "org:member" });
  });

  it.each([
    [{ users: [{ name: "Alice" }] }, "users.json: users[0].name: must begin with a-z and hold only a-z, 0-9, - and _"],
    [{ users: [{ name: "a", id: "user_1" }] }, 'users.json: users[0].id: must be "user_" and 27 letters or digits'],
    [{ users: [{ name: "a", mail: "x" }] }, 'users.json: users[0]: Unrecognized key: "mail"'],
    [
      { users: [{ name: "a", organizations: [{ slug: "x", role: "admin" }] }] },
      'users.json: users[0].organizations[0].role: must begin with "org:"',
    ],
    [{ users: [{ name: "a" }, { name: "a" }] }, 'users.json: two users have the name "a"; each needs its own.'],
    [
      {
        users: [
          { name: "a", email: "x@y.test" },
          { name: "b", email: "x@y.test" },
        ],
      },
      'users.json: two users have the email "x@y.test"; each needs its own.',
    ],
  ])("refuses %j", (value, message) => expect(() => parseUsers(value, "users.json")).toThrow(message));
});
