import { Command } from "commander";
import { requireStack } from "../../stack/control/client.ts";
import { jsonOption } from "../options.ts";
import { print, printJson, remark } from "../terminal.ts";
import { explainCommand } from "../token/explain.ts";
import { type TokenFlags, tokenRequest, withTokenFlags } from "../token/flags.ts";

export function tokenCommand(): Command {
  const command = new Command("token")
    .description("print a token for a user, right or wrong on purpose")
    .argument("[user]", "name, id, e-mail or user name; default: the first of the users file")
    // So that what follows `explain` belongs to it.
    .enablePositionalOptions();
  return withTokenFlags(command)
    .addOption(jsonOption())
    .addHelpText("after", example)
    .action(token)
    .addCommand(explainCommand());
}

const example = `
Example:
  $ flux-dev token bob --expired 10s
  $ flux-dev token alice --org acme --claim 'roles=["editor"]' --drop email
  $ flux-dev token alice --secret other | flux-dev token explain -`;

async function token(user: string | undefined, { json, ...flags }: TokenFlags & { json?: boolean }): Promise<void> {
  const issued = await requireStack(process.cwd()).call("token", tokenRequest(user, flags));
  if (json) return printJson(issued);
  if (issued.about !== undefined && process.stderr.isTTY) remark(`(${issued.about})`);
  print(issued.token);
}
