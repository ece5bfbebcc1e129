/** Tokens for the project's users, right ones by the identity provider's template and wrong ones by preset. */
import type { Idp } from "../idp/idp.ts";
import type { MintOptions } from "../idp/mint.ts";
import { isObject, parseJson } from "../json/json.ts";
import type { Clock } from "../time/clock.ts";
import { type BrokenPreset, brokenTokens } from "../tokens/broken.ts";
import { splitJws } from "../tokens/jws.ts";
import { StackError } from "./errors.ts";

export interface TokenRequest extends Omit<MintOptions, "user"> {
  /** Default: the first of the users file. */
  readonly user?: string | undefined;
  /** Wrong in one known way. */
  readonly preset?: string | undefined;
}

export interface StackToken {
  readonly token: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What is wrong with it, when something is meant to be. */
  readonly about: string | undefined;
}

/** Throws `MintError` or `StackError` with a sentence. */
export function issueToken(idp: Idp, secret: string, clock: Clock, request: TokenRequest): StackToken {
  const { preset, ...options } = request;
  const minted = idp.mint({ ...options, user: options.user ?? firstUser(idp) });
  if (preset === undefined) {
    return { token: minted.jwt, header: minted.header, claims: minted.claims, about: undefined };
  }
  if (!isPreset(preset)) throw unknownPreset(preset);
  const { about, make } = brokenTokens[preset];
  const token = make({ claims: minted.claims, secret, clock });
  return { token, ...contentOf(token), about };
}

export const presetNames = Object.keys(brokenTokens) as readonly BrokenPreset[];

const isPreset = (name: string): name is BrokenPreset => Object.hasOwn(brokenTokens, name);

function firstUser(idp: Idp): string {
  const [user] = idp.users();
  if (user !== undefined) return user.id;
  throw new StackError("BAD_REQUEST", {
    what: "There is no user to make a token for.",
    why: "The project's users file is empty.",
    next: "Add one to users.json.",
  });
}

function contentOf(token: string): Pick<StackToken, "header" | "claims"> {
  const parts = splitJws(token);
  const payload = "malformed" in parts ? undefined : parseJson(parts.payload);
  const header = "malformed" in parts ? undefined : parts.header;
  return { header: isObject(header) ? header : {}, claims: isObject(payload) ? payload : {} };
}

function unknownPreset(name: string): StackError {
  return new StackError("BAD_REQUEST", {
    what: `There is no token preset "${name}".`,
    why: `The presets are ${presetNames.join(", ")}.`,
    next: "Choose one of them, or leave --preset out for a token that works.",
  });
}
