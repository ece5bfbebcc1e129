import { expect, test } from "vitest";
import { mayEnter } from "../../../src/postgres/account.ts";

const nobody = { uid: 65534, gid: 65534 };

test("the first class that matches decides, as in the kernel", () => {
  expect(mayEnter({ uid: 0, gid: 0, mode: 0o40755 }, nobody)).toBe(true);
  expect(mayEnter({ uid: 0, gid: 0, mode: 0o40700 }, nobody)).toBe(false);
  expect(mayEnter({ uid: 65534, gid: 0, mode: 0o40700 }, nobody)).toBe(true);
  // The owner is not "others", even where others may.
  expect(mayEnter({ uid: 65534, gid: 0, mode: 0o40001 }, nobody)).toBe(false);
  expect(mayEnter({ uid: 0, gid: 65534, mode: 0o40710 }, nobody)).toBe(true);
});
