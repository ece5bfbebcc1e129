import { Command, Option } from "commander";
import { requireStack } from "../../stack/control/client.ts";
import { presetNames } from "../../stack/tokens.ts";
import { jsonOption, parseClaim, parseSeconds } from "../options.ts";
import { print, printJson, remark } from "../terminal.ts";

interface TokenOptions {
  readonly claim?: Record<string, unknown>;
  readonly drop?: string[];
  readonly preset?: string;
  readonly org?: string;
  readonly template?: string;
  readonly session?: boolean;
  readonly expiresIn?: number;
  readonly json?: boolean;
}

/** A template's minute is over before a line is pasted. Seconds. */
const LIFETIME = 3600;

export function tokenCommand(): Command {
  return new Command("token")
    .description("print a token for a user, right or wrong on purpose")
    .argument("[user]", "name, id, e-mail or user name; default: the first of the users file")
    .option("-c, --claim <name=value>", "set a claim (repeatable); JSON values are taken as such", parseClaim)
    .option("--drop <name...>", "leave claims out")
    .addOption(new Option("--preset <name>", "wrong in one known way").choices(presetNames))
    .option("--org <slug>", "organisation that is active, by slug or id")
    .option("--template <name>", "JWT template; default: flux")
    .option("--session", "a session token (RS256) as Clerk gives it to the app, not one for Flux")
    .option("--expires-in <seconds>", `default: ${LIFETIME}, for session tokens 60; negative: expired`, parseSeconds)
    .addOption(jsonOption())
    .action(token);
}

async function token(user: string | undefined, options: TokenOptions): Promise<void> {
  const { claim, drop, preset, org, template, session, json } = options;
  const expiresIn = options.expiresIn ?? (session ? undefined : LIFETIME);
  const issued = await requireStack(process.cwd()).call("token", {
    user,
    claims: claim,
    drop,
    preset,
    organization: org,
    template,
    session,
    expiresIn,
  });
  if (json) return printJson(issued);
  if (issued.about !== undefined && process.stderr.isTTY) remark(`(${issued.about})`);
  print(issued.token);
}
