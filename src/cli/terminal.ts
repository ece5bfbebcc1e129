/** Printing: results to stdout, progress and remarks to stderr, colours only for people. */
import type { Style } from "../diagnosis/render/style.ts";

// no-color.org: an empty value does not count.
const plain = (process.env["NO_COLOR"] ?? "") !== "" || process.env["TERM"] === "dumb";
const style = (open: number, close: number, stream: NodeJS.WriteStream) => (text: string) =>
  stream.isTTY && !plain ? `\x1b[${open}m${text}\x1b[${close}m` : text;

export const bold = style(1, 22, process.stdout);
export const dim = style(2, 22, process.stdout);
const green = style(32, 39, process.stdout);
const red = style(31, 39, process.stdout);
/** How a diagnosis sets its parts apart on standard output. */
export const diagnosisStyle: Style = { strong: bold, dim, good: green, bad: red };
export const errorRed = style(31, 39, process.stderr);
export const errorDim = style(2, 22, process.stderr);

export function print(...lines: string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** A remark that is not the command's result. */
export function remark(...lines: string[]): void {
  process.stderr.write(`${lines.join("\n")}\n`);
}

export interface Progress {
  /** What is being done now. */
  step(text: string): void;
  /** Takes the last line away again, where that is possible. */
  done(): void;
}

/** Milliseconds before anything is worth mentioning: what is quicker needs no progress. */
const PATIENCE = 400;

/** One line that changes on a terminal, one line per step elsewhere, nothing when `quiet` or when it was quick. */
export function progress(quiet: boolean): Progress {
  if (quiet) return { step: () => {}, done: () => {} };
  const terminal = process.stderr.isTTY;
  const show = (text: string) => {
    shown = text;
    process.stderr.write(terminal ? `\r\x1b[K${errorDim(`${text} …`)}` : `${text} …\n`);
  };
  let shown: string | undefined;
  let current: string | undefined;
  let over = false;
  const timer = setTimeout(() => current === undefined || show(current), PATIENCE);
  timer.unref();
  return {
    step(text) {
      current = text;
      if (!over && shown !== undefined && shown !== text) show(text);
    },
    done() {
      over = true;
      clearTimeout(timer);
      if (shown !== undefined && terminal) process.stderr.write("\r\x1b[K");
    },
  };
}

/** Rows as columns, two blanks apart; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]!)))
      .join("  ")
      .trimEnd(),
  );
}
