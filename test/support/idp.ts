/** An identity provider with three people in it, a clock that stands still and one key pair per test file. */
import { createHmac, createPublicKey, verify } from "node:crypto";
import type { HttpRequest } from "../../src/http/message.ts";
import { createIdp, type Idp, type IdpOptions } from "../../src/idp/idp.ts";
import { generateKeys, type IdpKeys, instanceHost } from "../../src/idp/keys.ts";
import { type ProjectUser, parseUsers } from "../../src/project/users.ts";
import { AdjustableClock } from "../../src/time/clock.ts";

export const SECRET = "the-project-secret-as-text+/=";

export const USERS: readonly ProjectUser[] = parseUsers(
  {
    users: [
      {
        name: "alice",
        email: "alice@example.com",
        firstName: "Alice",
        lastName: "Adams",
        password: "alice-password",
        publicMetadata: { plan: { tier: "pro" }, seats: 3 },
        organizations: [{ slug: "acme", name: "Acme", role: "org:admin", publicMetadata: { region: "eu" } }],
      },
      {
        name: "bob",
        email: "bob@example.com",
        username: "bobby",
        password: "bob-password",
        organizations: [{ slug: "acme" }],
      },
      { name: "carol" },
    ],
  },
  "users",
);

let keys: Promise<IdpKeys> | undefined;

export function testKeys(): Promise<IdpKeys> {
  keys ??= generateKeys(instanceHost("notes"));
  return keys;
}

export async function makeIdp(options: Partial<IdpOptions> = {}): Promise<{ idp: Idp; clock: AdjustableClock }> {
  const clock = new AdjustableClock();
  clock.freeze(Date.UTC(2026, 0, 1));
  return {
    clock,
    idp: createIdp({ keys: await testKeys(), users: USERS, projectSecret: () => SECRET, clock, ...options }),
  };
}

interface CallOptions {
  readonly form?: Record<string, string>;
  readonly json?: unknown;
  readonly headers?: Record<string, string>;
}

/** Calls the provider without a socket and reads JSON bodies. */
export async function call(idp: Idp, method: string, url: string, { form, json, headers = {} }: CallOptions = {}) {
  const [path = "/", query = ""] = url.split("?");
  const body = form ? new URLSearchParams(form).toString() : json === undefined ? "" : JSON.stringify(json);
  const type = form ? "application/x-www-form-urlencoded" : "application/json";
  const request: HttpRequest = {
    method,
    path,
    query,
    headers: Object.entries({ Host: "localhost:4100", "Content-Type": type, ...headers }),
    body: Buffer.from(body),
  };
  const response = await idp.handle(request);
  const text = response.body.toString();
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever shape the answer has.
  const data: any = text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : undefined;
  const header = (name: string) => response.headers.find(([field]) => field.toLowerCase() === name.toLowerCase())?.[1];
  return { status: response.status, text, data, header, headers: response.headers };
}

/** Header and claims of a token, unverified. */
export function decode(jwt: string): { header: Record<string, unknown>; claims: Record<string, unknown> } {
  const [header = "", claims = ""] = jwt.split(".");
  const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
  return { header: read(header), claims: read(claims) };
}

export function hmacVerifies(jwt: string, secret: string, hash = "sha256"): boolean {
  const end = jwt.lastIndexOf(".");
  return createHmac(hash, secret).update(jwt.slice(0, end)).digest("base64url") === jwt.slice(end + 1);
}

export function rsaVerifies(jwt: string, idp: Idp): boolean {
  const end = jwt.lastIndexOf(".");
  const key = createPublicKey(idp.instance.publicKey);
  return verify("sha256", Buffer.from(jwt.slice(0, end)), key, Buffer.from(jwt.slice(end + 1), "base64url"));
}
