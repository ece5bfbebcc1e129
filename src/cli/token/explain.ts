import { text } from "node:stream/consumers";
import { Command } from "commander";
import { findStack } from "../../stack/control/client.ts";
import { StackError } from "../../stack/errors.ts";
import { jsonOption } from "../options.ts";
import { print, printJson } from "../terminal.ts";
import { explanationLines } from "./report.ts";

export function explainCommand(): Command {
  return new Command("explain")
    .description("decode a token, and say who accepts or refuses it in each mode, and why")
    .argument("<jwt>", "the token, with or without Bearer in front; - reads it from standard input")
    .addOption(jsonOption())
    .action(explain);
}

async function explain(argument: string, { json }: { json?: boolean }): Promise<void> {
  const jwt = pasted(argument === "-" ? await text(process.stdin) : argument);
  if (jwt === "") throw nothingGiven();
  const running = findStack(process.cwd());
  const explanation = running === undefined ? await atRest(jwt) : await running.call("explainToken", { jwt });
  if (json) printJson(explanation);
  else print(...explanationLines(explanation));
}

async function atRest(jwt: string) {
  const { explainTokenAtRest } = await import("../../stack/explain-token-at-rest.ts");
  return explainTokenAtRest(jwt, process.cwd());
}

const nothingGiven = () =>
  new StackError("BAD_REQUEST", {
    what: "There is no token to explain.",
    why: "What was given is empty.",
    next: "Write it like this: flux-dev token alice | flux-dev token explain -",
  });

/** The token out of a copied header; terminals break long lines. */
const pasted = (copied: string): string =>
  copied
    .trim()
    .replace(/^(authorization:\s*)?bearer\s+/i, "")
    .replace(/\s+/g, "");
