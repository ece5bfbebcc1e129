import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { changeLines, compareMatrix, type MatrixChange } from "../../diagnosis/matrix/compare.ts";
import { matrixJson, matrixJunit, matrixMarkdown, matrixText } from "../../diagnosis/matrix/render.ts";
import { readSnapshot, writeSnapshot } from "../../diagnosis/matrix/snapshot.ts";
import type { Matrix } from "../../diagnosis/matrix/types.ts";
import type { ModeName } from "../../project/mode/types.ts";
import { StackError } from "../../stack/errors.ts";
import { ExitWith } from "../errors.ts";
import { parseModes } from "../options.ts";
import { withSomeStack } from "../some-stack.ts";
import { print, remark } from "../terminal.ts";

const FILE = "access-matrix.txt";

const formats = { text: matrixText, json: matrixJson, junit: matrixJunit, markdown: matrixMarkdown };

interface MatrixOptions {
  readonly update?: boolean;
  readonly check?: boolean;
  readonly format: keyof typeof formats;
  readonly file: string;
  readonly mode?: readonly ModeName[];
}

export function matrixCommand(): Command {
  return new Command("matrix")
    .description("who may do what: every user × table × verb, asked through HTTP; what is written is rolled back")
    .option("--update", "write the snapshot, which is meant to be committed")
    .addOption(new Option("--check", "compare with the snapshot; exit 1 when anything changed").conflicts("update"))
    .addOption(new Option("--format <format>", "what to print").choices(Object.keys(formats)).default("text"))
    .option("--file <path>", "the snapshot", FILE)
    .option("-m, --mode <mode>", "v1, v2 or both; default: the snapshot's at --check, else the live one", parseModes)
    .addHelpText("after", example)
    .action(matrix);
}

const example = `
Example:
  $ flux-dev matrix --update && git add ${FILE}
  $ flux-dev matrix --check --format junit > matrix.xml`;

async function matrix({ update, check, format, file, mode }: MatrixOptions): Promise<void> {
  const before = update || check ? snapshotIn(file) : undefined;
  if (check && before === undefined) throw noSnapshot(file);
  const wanted = mode ?? (check ? before!.map((one) => one.mode) : [undefined]);
  const unknown = check ? wanted.find((one) => !before!.some((known) => known.mode === one)) : undefined;
  if (unknown !== undefined) throw nothingAbout(unknown, file);
  const quiet = format !== "text";
  const matrices = await withSomeStack({ mode: wanted[0], quiet }, async (stack) => {
    const asked: Matrix[] = [];
    for (const one of wanted) asked.push(await stack.call("matrix", { mode: one }));
    return asked;
  });
  const changes = check ? compareMatrix(before!, matrices) : [];
  if (update) {
    const others = (before ?? []).filter((one) => matrices.every((fresh) => fresh.mode !== one.mode));
    const all = [...others, ...matrices].sort((a, b) => (a.mode < b.mode ? -1 : 1));
    writeFileSync(file, writeSnapshot(all));
    remark(`Wrote ${file}.`);
  }
  if (check && format === "text") print(...verdict(changes, matrices, file));
  else print(formats[format](matrices, changes).trimEnd());
  if (changes.length > 0) throw new ExitWith(1);
}

/** Undefined when there is none. Throws an `Error` that names the line it cannot read. */
const snapshotIn = (file: string): Matrix[] | undefined =>
  existsSync(file) ? readSnapshot(readFileSync(file, "utf8")) : undefined;

function verdict(changes: readonly MatrixChange[], matrices: readonly Matrix[], file: string): string[] {
  const cells = matrices.reduce((sum, one) => sum + one.cells.length, 0);
  if (changes.length === 0) return [`${cells} cells are as ${file} says.`];
  return [
    ...changeLines(changes),
    "",
    `${changes.length} of ${cells} cells changed. If that is meant: flux-dev matrix --update.`,
  ];
}

/** A run that compares with nothing must not pass. */
const nothingAbout = (mode: ModeName, file: string) =>
  new StackError("BAD_REQUEST", {
    what: `${file} says nothing about ${mode}.`,
    why: "--check compares with what an earlier run of the same mode has written.",
    next: `Write it with flux-dev matrix --update --mode ${mode}, and commit it.`,
  });

const noSnapshot = (file: string) =>
  new StackError("BAD_REQUEST", {
    what: `There is no snapshot ${file}.`,
    why: "--check compares with what an earlier run has written.",
    next: "Write it with flux-dev matrix --update, and commit it.",
  });
