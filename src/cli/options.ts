/** Options that several commands share, and their readers. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { modeNamed } from "../project/mode/mode.ts";
import type { ModeName } from "../project/mode/types.ts";

export const jsonOption = () => new Option("--json", "print JSON for machines");

export const modeOption = (otherwise = "the project's") =>
  new Option("-m, --mode <mode>", `v1 (keys, dedicated) or v2 (tokens, pooled); default: ${otherwise}`).argParser(
    parseMode,
  );

export interface ServerFlags {
  readonly postgres?: string;
  readonly postgrest?: string;
  readonly iKnow?: boolean;
}

/** Where the servers come from; whoever starts them checks the values. */
export function withServerFlags(command: Command): Command {
  return command
    .option("--postgres <source>", "embedded, docker, or the URL of a Postgres 16 (superuser postgres)")
    .option("--postgrest <source>", "builtin, docker, binary, a path, or the URL of one that runs")
    .option("--i-know", "use a given Postgres although it looks like somebody's own");
}

export function parseMode(text: string): ModeName {
  try {
    return modeNamed(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** One mode, `both`, or several with commas between them. */
export function parseModes(text: string): ModeName[] {
  return text === "both" ? ["v1", "v2"] : [...new Set(text.split(",").map(parseMode))];
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw new InvalidArgumentError("A port is a number from 1 to 65535.");
  return port;
}

export function parseLines(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Must be a whole number, 0 or more.");
  return Number(text);
}

export function parseSeconds(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError("Must be a whole number of seconds.");
  return Number(text);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `30s`, `5m`, `500ms`, `1h`, or a number of seconds; in milliseconds. */
export function parseDuration(text: string): number {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError("A duration is written 30s, 5m or 500ms.");
  return Number(number) * UNITS[unit]!;
}

export function parseCount(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("Must be a whole number, 1 or more.");
  return Number(text);
}

/** `k=v`, repeatable. A value that is JSON is taken as such, any other as text. */
export function parseClaim(text: string, previous: Record<string, unknown> = {}): Record<string, unknown> {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("A claim is written name=value.");
  const value = text.slice(equals + 1);
  return { ...previous, [text.slice(0, equals)]: jsonOrText(value) };
}

function jsonOrText(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
