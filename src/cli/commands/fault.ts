import { Argument, Command } from "commander";
import { type ActiveFault, type FaultKind, faultKinds } from "../../gateway/faults.ts";
import { requireStack } from "../../stack/control/client.ts";
import { StackError } from "../../stack/errors.ts";
import { jsonOption, parseCount, parseDuration } from "../options.ts";
import { print, printJson } from "../terminal.ts";

interface FaultOptions {
  readonly for?: number;
  readonly count?: number;
  readonly delay?: number;
  readonly json?: boolean;
}

export function faultCommand(): Command {
  return new Command("fault")
    .description("fail as the platform does, on demand, to see how an app takes it; off ends it")
    .addArgument(new Argument("[kind]", "which failure").choices([...faultKinds, "off"]))
    .option("--for <duration>", "until so much time is over: 30s, 5m, 500ms", parseDuration)
    .option("--count <requests>", "for so many requests", parseCount)
    .option("--delay <duration>", "of slow: how long an answer takes; default: 3s", parseDuration)
    .addOption(jsonOption())
    .addHelpText("after", example)
    .action(fault);
}

const example = `
Example:
  $ flux-dev fault 503 --count 3
  $ flux-dev fault slow --delay 5s --for 1m`;

async function fault(kind: FaultKind | "off" | undefined, options: FaultOptions): Promise<void> {
  const { for: forMs, count, delay: delayMs, json } = options;
  const misplaced = unused(kind, options);
  if (misplaced !== undefined) throw ofAnotherKind(misplaced);
  const wanted = kind === undefined ? undefined : kind === "off" ? null : { kind, forMs, count, delayMs };
  const active = await requireStack(process.cwd()).call("fault", { fault: wanted });
  if (json) printJson({ fault: active });
  else print(active === null ? "No fault: requests are answered as usual." : describe(active));
}

/** An option that would do nothing. */
function unused(kind: FaultKind | "off" | undefined, options: FaultOptions): "for" | "count" | "delay" | undefined {
  if (options.delay !== undefined && kind !== "slow") return "delay";
  if (kind !== undefined && kind !== "off") return undefined;
  return options.for === undefined ? (options.count === undefined ? undefined : "count") : "for";
}

const ofAnotherKind = (option: "for" | "count" | "delay") =>
  new StackError("BAD_REQUEST", {
    what: `--${option} says nothing here.`,
    why:
      option === "delay" ? "Only answers that are slow take a time." : "It bounds a fault that begins, and none does.",
    next:
      option === "delay"
        ? "Write it like this: flux-dev fault slow --delay 5s."
        : `Name the fault: flux-dev fault 503 --${option} ${option === "for" ? "30s" : "3"}.`,
  });

function describe({ kind, until, left, delayMs }: ActiveFault): string {
  const what =
    kind === "slow"
      ? `Answers take ${delayMs / 1000} s`
      : kind === "stale-cache"
        ? "PostgREST does not hear of changes to the schema"
        : `Requests are answered with ${kind}`;
  const ends = [
    ...(until === null ? [] : [`until ${new Date(until).toLocaleTimeString()}`]),
    ...(left === null ? [] : [`for ${left} ${left === 1 ? "request" : "requests"}`]),
  ];
  return `${what} ${ends.length === 0 ? "until flux-dev fault off" : ends.join(", at most ")}.`;
}
