/** Passwords at rest. The users file holds its own in the open, but what people type at run time may be a real one. */
import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";

/** Cheap on purpose (about 3 ms): seeding a file of users must not be felt, and nothing here faces a network. */
const COST = { N: 1024 };

export function hashPassword(password: string): string {
  const salt = randomBytes(16);
  return `${salt.toString("base64url")}.${scryptSync(password, salt, 32, COST).toString("base64url")}`;
}

export function passwordMatches(password: string, hash: string | null): boolean {
  const [salt, digest] = (hash ?? "").split(".");
  if (!salt || !digest) return false;
  const actual = scryptSync(password, Buffer.from(salt, "base64url"), 32, COST);
  return timingSafeEqual(actual, Buffer.from(digest, "base64url"));
}
