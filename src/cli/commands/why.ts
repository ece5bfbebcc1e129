import { Command } from "commander";
import { toJson } from "../../diagnosis/json.ts";
import { renderDiagnosis } from "../../diagnosis/render.ts";
import { requireStack } from "../../stack/control/client.ts";
import { jsonOption, modeOption } from "../options.ts";
import { parseRow, type QuestionFlags, question, withRequestFlags } from "../question.ts";
import { withSomeStack } from "../some-stack.ts";
import { diagnosisStyle, print, printJson } from "../terminal.ts";
import { traceLines } from "../traces.ts";

interface WhyOptions extends QuestionFlags {
  readonly list?: boolean;
  readonly json?: boolean;
}

export function whyCommand(): Command {
  return withRequestFlags(new Command("why"))
    .description("explain a request: which layer, grant, policy or claim decided, and the line that mends it")
    .argument("[what...]", "a trace's id, or a request; default: the last one that failed or came back empty")
    .addOption(modeOption("the live one"))
    .option("--row <column=value>", "explain these rows, instead of the first few that are hidden", parseRow)
    .option("--list", "list the last requests with their ids")
    .addOption(jsonOption())
    .addHelpText("after", example)
    .action(why);
}

const example = `
A request named here is sent behind the gateway's back and rolled back; nothing it writes remains.

Example:
  $ flux-dev why
  $ flux-dev why GET '/notes?select=*' --as bob
  $ flux-dev why POST /notes --as bob --body '{"body": "hello"}' --mode v1`;

async function why(words: string[], { list, json = false, ...flags }: WhyOptions): Promise<void> {
  if (list) return listTraces(json);
  const asked = question(words, flags);
  const { diagnosis, users } =
    asked.request === undefined
      ? await requireStack(process.cwd()).call("why", asked)
      : await withSomeStack({ mode: asked.mode, quiet: json }, (stack) => stack.call("why", asked));
  if (json) printJson(toJson(diagnosis));
  else print(renderDiagnosis(diagnosis, { style: diagnosisStyle, users }).trimEnd());
}

async function listTraces(json: boolean): Promise<void> {
  const traces = await requireStack(process.cwd()).call("traces");
  if (json) printJson(traces);
  else print(...traceLines(traces));
}
