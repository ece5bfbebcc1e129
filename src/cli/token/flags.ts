/** The options of `flux-dev token`, and the order for a token that they make together. Pure. */
import { type Command, Option } from "commander";
import { presetNames, type TokenRequest } from "../../stack/tokens.ts";
import type { SigningAlgorithm } from "../../tokens/jws.ts";
import { parseClaim, parseDuration, parseSeconds } from "../options.ts";

export interface TokenFlags {
  readonly template?: string;
  readonly session?: boolean;
  readonly organization?: string;
  readonly expiresIn?: number;
  /** Milliseconds since the end. */
  readonly expired?: number;
  /** Milliseconds until the beginning. */
  readonly notBefore?: number;
  readonly secret?: string;
  readonly alg?: SigningAlgorithm;
  /** False: none at all. */
  readonly sub?: string | false;
  readonly claim?: Record<string, unknown>;
  readonly drop?: string[];
  readonly preset?: string;
}

/** A template's minute is over before a line is pasted. Seconds. */
const LIFETIME = 3600;

const algorithms: readonly SigningAlgorithm[] = ["none", "HS256", "HS384", "HS512", "RS256"];

export function withTokenFlags(command: Command): Command {
  return command
    .option("--template <name>", "JWT template; default: flux")
    .option("--session", "a session token (RS256) as Clerk gives it to the app, not one for Flux")
    .option("--org, --organization <slug>", "organisation that is active, by slug or id")
    .option("--expires-in <seconds>", `default: ${LIFETIME}, for session tokens 60; negative: expired`, parseSeconds)
    .addOption(
      new Option("--expired <duration>", "expired that long ago: 10s, 5m, 1h")
        .argParser(parseDuration)
        .conflicts(["expiresIn", "notBefore"]),
    )
    .option("--not-before <duration>", "becomes valid in that time: 1m", parseDuration)
    .option("--secret <text>", "sign with this text; any that is not the project's secret, such as other, is wrong")
    .addOption(new Option("--alg <name>", "sign in another way than the template says").choices(algorithms))
    .option("--sub <text>", "another sub; '' is blank")
    .option("--no-sub", "without sub")
    .option("-c, --claim <name=value>", "set a claim (repeatable); JSON values are taken as such", parseClaim)
    .option("--drop <name>", "leave a claim out (repeatable)", collect)
    .addOption(
      new Option("--preset <name>", "wrong in one known way")
        .choices(presetNames)
        // A preset signs and times the token itself.
        .conflicts(["session", "expired", "notBefore", "secret", "alg"]),
    );
}

export function tokenRequest(user: string | undefined, flags: TokenFlags): TokenRequest {
  const { template, session, organization, notBefore, secret, sub, claim, drop, preset } = flags;
  return {
    user,
    template,
    session,
    organization,
    expiresIn: lifetime(flags),
    notBefore: notBefore === undefined ? undefined : wholeSeconds(notBefore),
    secret,
    algorithm: flags.alg,
    subject: sub === false ? null : sub,
    claims: claim,
    drop,
    preset,
  };
}

function lifetime({ expired, expiresIn, session }: TokenFlags): number | undefined {
  if (expired !== undefined) return -wholeSeconds(expired);
  return expiresIn ?? (session ? undefined : LIFETIME);
}

/** Claims count in seconds; what is shorter than one still counts. */
const wholeSeconds = (milliseconds: number): number => Math.ceil(milliseconds / 1000);

const collect = (name: string, previous: readonly string[] = []): string[] => [...previous, name];
