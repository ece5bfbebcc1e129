/** Header fields: each may be missing, right, odd or broken. */
import type { HeaderList } from "../../src/http/message.ts";
import { authorization } from "../conformance/tokens.ts";
import type { Random } from "./random.ts";
import type { Surroundings } from "./surroundings.ts";
import { hostileText, marker } from "./values.ts";

/** @param type Content-Type of the body, null without one */
export function headers(random: Random, around: Surroundings, method: string, type: string | null): HeaderList {
  const list: Array<readonly [string, string]> = [];
  const writes = method !== "GET" && method !== "HEAD";
  const profile = random.chance(0.95)
    ? around.schema
    : random.chance(0.5)
      ? random.pick(around.words.schemas)
      : hostile(random);
  // Without one the first schema is meant, which the corpus leaves empty in one of its databases.
  if (random.chance(0.97)) list.push([writes ? "Content-Profile" : "Accept-Profile", profile]);
  if (type !== null) list.push([random.chance(0.9) ? "Content-Type" : "content-type", type]);
  if (random.chance(0.85)) list.push(["Authorization", token(random, around)]);
  if (random.chance(0.4)) list.push(["Accept", accept(random)]);
  for (let left = random.chance(0.5) ? 1 + random.below(2) : 0; left > 0; left -= 1)
    list.push(["Prefer", prefer(random)]);
  if (random.chance(0.15))
    list.push([
      "Range",
      random.pick(["0-9", "0-", "5-2", "-1", "a-b", "items=0-3", "0-99999999999999999999", marker(random)]),
    ]);
  if (random.chance(0.05)) list.push(["Range-Unit", random.pick(["items", marker(random)])]);
  if (random.chance(0.05))
    list.push(["Cookie", random.pick([`a=${hostile(random)}`, ";;=", "a", `a=1; b=${marker(random)};`])]);
  if (random.chance(0.05)) list.push(["Origin", random.pick(["http://app.test", "null", hostile(random)])]);
  if (random.chance(0.03)) list.push(["Access-Control-Request-Method", random.pick(["GET", "PATCH", hostile(random)])]);
  if (random.chance(0.05)) list.push([`X-${marker(random)}`, hostile(random)]);
  if (random.chance(0.03))
    list.push([random.pick(["If-Match", "Transfer-Encoding", "Host", "X-Request-Id", "Connection"]), hostile(random)]);
  return list;
}

/** As bytes of a header field arrive: no line breaks, and not always UTF-8. */
function hostile(random: Random): string {
  const text = hostileText(random).replaceAll(/[\r\n\0]/g, "");
  return random.chance(0.95) ? Buffer.from(text).toString("latin1") : `${marker(random)}\xff\xc3`;
}

const media = [
  "*/*",
  "application/json",
  "application/*",
  "text/csv",
  "text/plain",
  "text/xml",
  "text/html",
  "image/png",
  "application/geo+json",
  "application/octet-stream",
  "application/openapi+json",
  "application/vnd.pgrst.object+json",
  "application/vnd.pgrst.object",
  "application/vnd.pgrst.object+json;nulls=stripped",
  "application/vnd.pgrst.array+json;nulls=stripped",
  "application/vnd.pgrst.plan",
  "application/vnd.pgrst.plan+json",
  'application/vnd.pgrst.plan+text; for="text/csv"; options=verbose|wal',
  'application/vnd.pgrst.plan+json; for="application/vnd.pgrst.object"; options=analyze|buffers|settings',
  "application/vnd.atlas.summary+json",
  "application/x-www-form-urlencoded",
];

function accept(random: Random): string {
  const types = random.list(1, 3, () => {
    const type = random.chance(0.9)
      ? random.pick(media)
      : random.pick([
          "",
          "/",
          ";",
          `a/${marker(random)}`,
          `application/vnd.pgrst.plan; options=${marker(random)}`,
          `application/vnd.pgrst.plan; for="${marker(random)}"`,
          hostile(random),
        ]);
    return random.chance(0.2) ? `${type};q=${random.pick(["0.5", "1", "0", "9", "x", ""])}` : type;
  });
  return types.join(random.pick([",", ", "]));
}

const preferences = [
  "return=representation",
  "return=minimal",
  "return=headers-only",
  "count=exact",
  "count=planned",
  "count=estimated",
  "resolution=merge-duplicates",
  "resolution=ignore-duplicates",
  "missing=default",
  "missing=null",
  "tx=commit",
  "tx=rollback",
  "handling=strict",
  "handling=lenient",
  "params=single-object",
  "params=multiple-objects",
  "max-affected=1",
  "max-affected=-1",
  "max-affected=x",
  "timezone=America/Lima",
  "timezone=Mars/Olympus",
  "respond-async",
];

const prefer = (random: Random): string =>
  random
    .list(1, 3, () =>
      random.chance(0.93)
        ? random.pick(preferences)
        : random.pick(["", "=", `timezone=${hostile(random)}`, `count=${marker(random)}`, hostile(random)]),
    )
    .filter((preference) => preference !== "tx=commit")
    .join(random.pick([",", ", "]));

function token(random: Random, { jwtSecret, roles }: Surroundings): string {
  const kind = random.below(70);
  if (kind === 0)
    return random.pick([
      "",
      "Bearer",
      "Bearer ",
      "bearer a.b.c",
      "Basic YTpi",
      "Bearer a.b",
      "Bearer ....",
      `Bearer ${marker(random)}.${marker(random)}.x`,
    ]);
  const claims: Record<string, unknown> = { role: random.pick(roles), sub: "user_alice" };
  if (kind === 1) claims["role"] = random.pick([hostileText(random), "", null, 1, ["anon"], { a: 1 }, "postgres"]);
  if (kind === 2)
    claims[marker(random)] = random.pick<unknown>([
      hostileText(random),
      1e308,
      [[[[]]]],
      { a: { b: hostileText(random) } },
      "\ud800",
    ]);
  if (kind === 3)
    Object.assign(
      claims,
      random.pick<object>([
        { exp: "soon" },
        { exp: 1e20 },
        { nbf: 9e9 },
        { iat: 9e9 },
        { aud: 1 },
        { aud: ["a"] },
        { exp: -1 },
      ]),
    );
  if (kind === 4)
    return authorization(
      { claims, alg: random.pick(["none", "HS384", "HS512", "RS256", "ES256", "XX", ""]) },
      jwtSecret,
    );
  if (kind === 5)
    return authorization({ claims, tamper: random.pick(["signature", "payload", "two-parts"]) }, jwtSecret);
  if (kind === 6)
    return authorization(
      { claims, expOffset: random.pick([-1000, -10, 1000]), nbfOffset: random.pick([-5, 900]) },
      jwtSecret,
    );
  return authorization({ claims }, jwtSecret);
}
