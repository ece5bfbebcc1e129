import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Command, Option } from "commander";
import { StackError } from "../../stack/errors.ts";
import type { LogEntry } from "../../stack/logbook.ts";
import { placesIn } from "../../stack/places.ts";
import { jsonOption, parseLines } from "../options.ts";
import { dim, print } from "../terminal.ts";

interface LogsOptions {
  readonly follow?: boolean;
  readonly lines: number;
  readonly postgres?: "v1" | "v2";
  readonly json?: boolean;
}

export function logsCommand(): Command {
  return new Command("logs")
    .description("print what the stack of this directory logged, running or not")
    .option("-f, --follow", "keep printing")
    .option("-n, --lines <count>", "how many of the last lines", parseLines, 50)
    .addOption(new Option("--postgres <mode>", "the log of that mode's Postgres instead").choices(["v1", "v2"]))
    .addOption(jsonOption())
    .action(logs);
}

async function logs(options: LogsOptions): Promise<void> {
  const places = placesIn(process.cwd());
  const file = options.postgres === undefined ? places.log : places.serverLog(options.postgres);
  if (!existsSync(file)) {
    throw new StackError("NOT_RUNNING", {
      what: "There is no log for this directory.",
      why: `${file} does not exist: no stack has run here yet.`,
      next: "Start one with flux-dev up.",
    });
  }
  const show = options.json || options.postgres !== undefined ? print : (line: string) => print(readable(line));
  const all = readFileSync(file, "utf8");
  const lines = all.split("\n").filter((line) => line !== "");
  for (const line of options.lines === 0 ? [] : lines.slice(-options.lines)) show(line);
  if (options.follow) await follow(file, Buffer.byteLength(all), show);
}

/** Never returns; a file that became shorter was begun anew. */
async function follow(file: string, from: number, show: (line: string) => void): Promise<never> {
  let rest = "";
  for (let at = from; ; await sleep(200)) {
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size < at) at = 0;
    if (size === at) continue;
    const lines = (rest + readFrom(file, at, size)).split("\n");
    rest = lines.pop()!;
    for (const line of lines) show(line);
    at = size;
  }
}

function readFrom(file: string, start: number, end: number): string {
  const descriptor = openSync(file, "r");
  try {
    const buffer = Buffer.alloc(end - start);
    return buffer.toString("utf8", 0, readSync(descriptor, buffer, 0, buffer.length, start));
  } finally {
    closeSync(descriptor);
  }
}

function readable(line: string): string {
  try {
    const { time, source, kind, text } = JSON.parse(line) as LogEntry;
    const mark = kind === "warning" ? "⚠ " : kind === "note" ? "note: " : "";
    return `${dim(new Date(time).toISOString())} ${source.padEnd(9)} ${mark}${text}`;
  } catch {
    return line;
  }
}
