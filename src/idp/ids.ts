/** Ids as Clerk makes them: a prefix and a KSUID (4 bytes of time, 16 of chance) as 27 base-62 digits. */
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../time/clock.ts";
import { epochSeconds } from "../time/clock.ts";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LENGTH = 27;
/** KSUID counts seconds from here, so that 32 bits last until 2150. */
const KSUID_EPOCH = 1_400_000_000;

export type IdPrefix =
  | "user"
  | "sess"
  | "client"
  | "org"
  | "orgmem"
  | "ins"
  | "idn"
  | "sia"
  | "sua"
  | "sit"
  | "jtmp"
  | "dvb";

/** A new id; ids made later sort after earlier ones (to the second), as Clerk's do. */
export function newId(prefix: IdPrefix, clock: Clock): string {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt32BE(Math.max(0, epochSeconds(clock) - KSUID_EPOCH) >>> 0, 0);
  randomBytes(16).copy(bytes, 4);
  return `${prefix}_${base62(bytes)}`;
}

/** The same id for the same seed, for things that must keep their id without being stored. */
export function idFrom(prefix: IdPrefix, seed: string | Buffer): string {
  return `${prefix}_${base62(createHash("sha256").update(seed).digest().subarray(0, 20))}`;
}

/** An opaque secret of `length` base-62 characters. */
export function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => DIGITS[byte % DIGITS.length]).join("");
}

function base62(bytes: Buffer): string {
  let value = BigInt(`0x${bytes.toString("hex")}`);
  let text = "";
  while (text.length < LENGTH) {
    text = DIGITS[Number(value % 62n)] + text;
    value /= 62n;
  }
  return text;
}
