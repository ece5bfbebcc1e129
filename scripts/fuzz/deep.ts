/** Requests that nest or repeat one thing as often as a head of 50 KB or a body of a megabyte allows. */
import { createHmac } from "node:crypto";
import type { HttpRequest } from "../../src/http/message.ts";
import type { Random } from "./random.ts";
import type { Surroundings } from "./surroundings.ts";

/** Between 100 and 950 embeds Postgres takes the statement and plans it for minutes. */
const embeds = [10, 40, 1000, 2000, 6000];
const depths = [10, 100, 1000, 2000, 5000, 9000, 12_000];

const nested = (open: string, middle: string, close: string, depth: number): string =>
  open.repeat(depth) + middle + close.repeat(depth);

export function deepRequest(random: Random, { schema, roles, jwtSecret }: Surroundings): HttpRequest {
  const depth = random.pick(depths);
  const closed = random.chance(0.7) ? ")" : "";
  const [method, path, query, body]: readonly [string, string, string, string] = random.pick([
    () => ["GET", "/cities", `select=${nested("twin_id(", "id", closed, random.pick(embeds))}`, ""] as const,
    () =>
      [
        "GET",
        "/cities",
        `select=${nested("...twin_id(", "id", closed, Math.min(random.pick(embeds), 1000))}`,
        "",
      ] as const,
    () => ["GET", "/cities", `select=${nested("none(", "id", closed, depth)}`, ""] as const,
    () => ["GET", "/cities", `or=${nested("(or", "(id.eq.1)", closed, depth)}`, ""] as const,
    () =>
      [
        "PATCH",
        "/cities",
        `and=${nested("(id.gt.0,not.and", "(id.eq.1)", closed, Math.min(depth, 3000))}`,
        "{}",
      ] as const,
    () => ["GET", "/countries", `select=facts${"->a".repeat(depth)}`, ""] as const,
    () => ["GET", "/countries", `select=${"id,".repeat(depth)}id`, ""] as const,
    () => ["GET", "/countries", `${"id=gt.0&".repeat(Math.min(depth, 5000))}`, ""] as const,
    () => ["GET", "/countries", `id=in.(${"1,".repeat(depth)}1)`, ""] as const,
    () => ["GET", "/countries", `${"a.".repeat(depth)}id=eq.1`, ""] as const,
    () => ["POST", "/countries", "", nested("[", "", "]", depth * 40)] as const,
    () => ["POST", "/countries", "", `{"facts":${nested("[", "", "]", depth * 40)}}`] as const,
    () => ["POST", "/countries", "columns=id", nested('{"a":', "1", "}", depth)] as const,
    () => ["POST", "/rpc/echo_json", "", nested("[", "", "]", depth * 40)] as const,
    () => ["POST", "/countries", "", "[".repeat(depth * 40)] as const,
  ])();
  const claims = `{"role":${JSON.stringify(roles[0])},"deep":${random.chance(0.2) ? nested("[", "", "]", depth) : "1"}}`;
  return {
    method,
    path,
    query,
    headers: [
      ["Accept-Profile", schema],
      ["Content-Profile", schema],
      ["Content-Type", "application/json"],
      ["Authorization", `Bearer ${signed(claims, jwtSecret)}`],
    ],
    body: Buffer.from(body),
  };
}

/** By hand: `JSON.stringify` gives up on claims as deep as these. */
function signed(claims: string, secret: string): string {
  const encode = (text: string): string => Buffer.from(text).toString("base64url");
  const text = `${encode('{"alg":"HS256"}')}.${encode(claims)}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}
