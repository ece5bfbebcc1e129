/** Tokens that are wrong in one known way, to see what each failure looks like from the outside. */
import { generateKeyPairSync } from "node:crypto";
import { type Clock, epochSeconds } from "../time/clock.ts";
import { type Claims, signJws } from "./jws.ts";

export interface TokenRecipe {
  /** The claims of the token that would be right, `exp` included. */
  readonly claims: Claims;
  /** The project's secret as text. */
  readonly secret: string;
  readonly clock: Clock;
}

interface Preset {
  readonly about: string;
  make(recipe: TokenRecipe): string;
}

const hs256 = { alg: "HS256", typ: "JWT" } as const;
/** How far the tokens are off that are wrong in time, and how long they live. Seconds. */
const MINUTE = 60;

const without = (claims: Claims, name: string): Claims =>
  Object.fromEntries(Object.entries(claims).filter(([claim]) => claim !== name));

export const brokenTokens = {
  expired: {
    about: "exp lies in the past",
    make: ({ claims, secret, clock }) => {
      const exp = epochSeconds(clock) - MINUTE;
      return signJws(hs256, { ...claims, iat: exp - MINUTE, nbf: exp - MINUTE, exp }, secret);
    },
  },
  "not-yet": {
    about: "nbf lies in the future",
    make: ({ claims, secret, clock }) => {
      const nbf = epochSeconds(clock) + MINUTE;
      return signJws(hs256, { ...claims, nbf, exp: nbf + MINUTE }, secret);
    },
  },
  "wrong-secret": {
    about: "signed with another secret",
    make: ({ claims, secret }) => signJws(hs256, claims, `not ${secret}`),
  },
  "decoded-secret": {
    about: "signed with the base64-decoded bytes of the secret",
    make: ({ claims, secret }) => signJws(hs256, claims, Buffer.from(secret, "base64")),
  },
  "alg-none": {
    about: "no signature at all",
    make: ({ claims }) => signJws({ alg: "none", typ: "JWT" }, claims),
  },
  rs256: {
    about: "signed with a private key instead of the secret",
    make: ({ claims }) => {
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      return signJws({ alg: "RS256", typ: "JWT" }, claims, privateKey);
    },
  },
  hs512: {
    about: "the right secret with another algorithm",
    make: ({ claims, secret }) => signJws({ alg: "HS512", typ: "JWT" }, claims, secret),
  },
  "no-sub": {
    about: "no user in it",
    make: ({ claims, secret }) => signJws(hs256, without(claims, "sub"), secret),
  },
  "blank-sub": {
    about: "a user of blanks",
    make: ({ claims, secret }) => signJws(hs256, { ...claims, sub: "   " }, secret),
  },
  "wrong-audience": {
    about: "made for another audience, which neither mode checks",
    make: ({ claims, secret }) => signJws(hs256, { ...claims, aud: "somewhere-else" }, secret),
  },
  tampered: {
    about: "the claims were changed after signing",
    make: ({ claims, secret }) => {
      const [header, , mac] = signJws(hs256, claims, secret).split(".");
      const [, payload] = signJws(hs256, { ...claims, sub: "someone_else" }, secret).split(".");
      return `${header}.${payload}.${mac}`;
    },
  },
} as const satisfies Record<string, Preset>;

export type BrokenPreset = keyof typeof brokenTokens;
