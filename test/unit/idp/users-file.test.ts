import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { IdpSnapshot } from "../../../src/idp/store/store.ts";
import { changedUsers, parseUsers, readUsers, type UsersInput } from "../../../src/project/users.ts";
import { call, makeIdp, USERS } from "../../support/idp.ts";

const file = (...users: UsersInput) => parseUsers({ users }, "users");

describe("a changed users file", () => {
  test("adds, changes and removes users", async () => {
    const { idp } = await makeIdp();
    idp.setUsers(file({ name: "alice", email: "new@example.com" }, { name: "dave" }));
    expect(idp.users().map((user) => user.handle)).toEqual(["alice", "dave"]);
    expect(idp.mint({ user: "new@example.com" }).claims["sub"]).toBe(USERS[0]!.id);
    expect(idp.findUser("alice@example.com")).toBeUndefined();
  });

  test("keeps what happened to entries that did not change, and users made at run time", async () => {
    const { idp } = await makeIdp();
    const key = { Authorization: `Bearer ${idp.instance.secretKey}` };
    await call(idp, "PATCH", `/v1/users/${USERS[1]!.id}`, { json: { first_name: "Robert" }, headers: key });
    await call(idp, "POST", "/v1/users", { json: { email_address: ["eve@example.com"] }, headers: key });
    idp.setUsers([...USERS, ...file({ name: "dave" })]);
    expect(idp.findUser("bob")?.firstName).toBe("Robert");
    expect(idp.findUser("eve@example.com")).toBeDefined();
  });

  test("takes an address back from a user made at run time", async () => {
    const { idp } = await makeIdp();
    const key = { Authorization: `Bearer ${idp.instance.secretKey}` };
    await call(idp, "POST", "/v1/users", { json: { email_address: ["dave@example.com"] }, headers: key });
    const dave = file({ name: "dave" });
    idp.setUsers(dave);
    expect(idp.findUser("DAVE@example.com")?.id).toBe(dave[0]!.id);
  });

  test("ends the sessions of users who are gone", async () => {
    const { idp } = await makeIdp();
    const sid = idp.mint({ user: "bob", session: true }).claims["sid"];
    idp.setUsers([USERS[0]!]);
    const { data } = await call(idp, "GET", `/v1/sessions/${sid}`, {
      headers: { Authorization: `Bearer ${idp.instance.secretKey}` },
    });
    expect(data.status).toBe("removed");
  });

  test("changes memberships; an organisation is what all its mentions say", async () => {
    const { idp } = await makeIdp();
    idp.setUsers(
      file(
        { name: "alice", organizations: [{ slug: "globex", role: "org:admin" }] },
        { name: "bob", organizations: [{ slug: "globex", name: "Globex Inc", publicMetadata: { region: "us" } }] },
      ),
    );
    expect(() => idp.mint({ user: "alice", organization: "acme" })).toThrow(/does not belong/);
    const { data } = await call(idp, "GET", "/v1/organizations/globex", {
      headers: { Authorization: `Bearer ${idp.instance.secretKey}` },
    });
    expect(data).toMatchObject({ name: "Globex Inc", public_metadata: { region: "us" }, members_count: 2 });
  });
});

const directory = mkdtempSync(join(tmpdir(), "flux-dev-users-"));
afterAll(() => rmSync(directory, { recursive: true }));

test("a file that changes on disk is picked up at the next use; a broken one changes nothing and is logged", async () => {
  const path = join(directory, "users.json");
  const write = (text: string) => writeFileSync(path, text);
  write('{"users":[{"name":"alice"}]}');
  const lines: string[] = [];
  const changed = changedUsers(path, "users.json");
  const log = (line: string) => lines.push(line);
  const { idp } = await makeIdp({ users: readUsers(path), changedUsers: changed, log });
  write('{"users":[{"name":"alice"},{"name":"dave"}]}');
  expect(idp.mint({ user: "dave" }).claims["email"]).toBe("dave@example.com");
  write('{"users":[{"name":"alice"},{"name":"Dave!"}]}');
  expect((await call(idp, "GET", "/v1/emulator/users")).data).toHaveLength(2);
  expect(idp.findUser("dave")).toBeDefined();
  expect(lines).toEqual([expect.stringMatching(/^users\.json: users\[1\]\.name: .* The users stay as they were\.$/)]);
});

describe("state on disk", () => {
  test("brings users, sessions and templates made at run time back", async () => {
    let saved: IdpSnapshot | undefined;
    const persist = (snapshot: IdpSnapshot) => {
      // As the disk would: plain JSON.
      saved = JSON.parse(JSON.stringify(snapshot)) as IdpSnapshot;
    };
    const first = await makeIdp({ persist });
    const headers = { Authorization: `Bearer ${first.idp.instance.secretKey}` };
    const user = await call(first.idp, "POST", "/v1/users", { json: { email_address: ["eve@example.com"] }, headers });
    const session = await call(first.idp, "POST", "/v1/sessions", { json: { user_id: user.data.id }, headers });
    await call(first.idp, "POST", "/v1/jwt_templates", { json: { name: "x", claims: { a: 1 } }, headers });
    const second = await makeIdp({ saved });
    expect(second.idp.instance.id).toBe(first.idp.instance.id);
    const token = await call(second.idp, "POST", `/v1/sessions/${session.data.id}/tokens/x`, { headers });
    expect(token.status).toBe(200);
    expect(second.idp.users()).toHaveLength(4);
  });

  test("is written after changes and only then", async () => {
    let written = 0;
    const { idp } = await makeIdp({ persist: () => written++ });
    await call(idp, "GET", "/v1/client");
    await call(idp, "POST", "/v1/emulator/tokens", { json: { user: "alice" } });
    expect(written).toBe(0);
    idp.mint({ user: "alice", session: true });
    expect(written).toBe(1);
    idp.mint({ user: "alice", session: true });
    expect(written).toBe(1);
  });
});
