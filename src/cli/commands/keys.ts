import { Command } from "commander";
import { requireStack } from "../../stack/control/client.ts";
import { StackError } from "../../stack/errors.ts";
import { jsonOption } from "../options.ts";
import { print, printJson } from "../terminal.ts";

export function keysCommand(): Command {
  return new Command("keys")
    .description("print the anon and the service_role key (v1)")
    .addOption(jsonOption())
    .action(async ({ json }: { json?: boolean }) => {
      const { anonKey, serviceRoleKey } = await requireStack(process.cwd()).call("info");
      if (anonKey === null || serviceRoleKey === null) {
        throw new StackError("BAD_REQUEST", {
          // The platform's own sentence.
          what: "This project uses pooled mode (v2_shared) and does not expose static anon/service keys. Use user auth tokens instead.",
          why: "Keys name a role, and on v2 the gateway decides about the role.",
          next: "Make a token with flux-dev token, or switch with flux-dev mode v1.",
        });
      }
      if (json) printJson({ anonKey, serviceRoleKey });
      else print(`anon         ${anonKey}`, `service_role ${serviceRoleKey}`);
    });
}
