import { Command } from "commander";
import { jsonOption } from "../options.ts";
import { type RequestFlags, request, withRequestFlags } from "../question.ts";
import { withSomeStack } from "../some-stack.ts";
import { print, printJson } from "../terminal.ts";

export function diffCommand(): Command {
  return withRequestFlags(new Command("diff"))
    .description("the same request on v1 and v2 side by side, and why they differ; exit 0 either way")
    .argument("<request...>", "a method and a target, or a target alone")
    .addOption(jsonOption())
    .addHelpText("after", example)
    .action(diff);
}

const example = `
Example:
  $ flux-dev diff GET /rest/v1/notes --as alice`;

async function diff(words: string[], { json = false, ...flags }: RequestFlags & { json?: boolean }): Promise<void> {
  const asked = request(words, flags);
  const { text, difference, v1, v2 } = await withSomeStack({ quiet: json }, (stack) => stack.call("diff", asked));
  if (json) printJson({ ...difference, v1, v2 });
  else print(text.trimEnd());
}
