/** The matrix as a file to commit: one line per cell, so that a diff shows what changed and nothing else. Pure. */
import type { ModeName } from "../../project/mode/types.ts";
import { quoteName } from "../words.ts";
import { outcomeOf } from "./outcome.ts";
import type { Matrix, MatrixCell, Verb } from "./types.ts";

const HEAD = "# Who may do what. Written by flux-dev matrix --update, compared by flux-dev matrix --check.";

/** `204 (2 rows)`, `403 42501`, `200 (none)`. */
export function cellText({ status, code, rows }: Pick<MatrixCell, "status" | "code" | "rows">): string {
  const counted = rows === null ? "" : rows === 0 ? " (none)" : rows === 1 ? " (1 row)" : ` (${rows} rows)`;
  return `${status}${code === null ? "" : ` ${code}`}${counted}`;
}

export function writeSnapshot(matrices: readonly Matrix[]): string {
  const lines = matrices.flatMap(({ mode, cells }) =>
    cells.map((cell) => `${mode} ${cell.subject} ${cell.verb} ${quoteName(cell.table)}: ${cellText(cell)}`),
  );
  return `${[HEAD, ...lines].join("\n")}\n`;
}

const LINE =
  /^(v1|v2) (\S+) (GET|POST|PATCH|DELETE) (.+): (\d{3})(?: ([0-9A-Z]{5,}))?(?: \((none|\d+) ?(?:rows?)?\))?$/;

/** Throws an `Error` that names the line which is none. */
export function readSnapshot(text: string): Matrix[] {
  const cells: Record<ModeName, MatrixCell[]> = { v1: [], v2: [] };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const found = LINE.exec(line);
    if (found === null) {
      throw new Error(
        `Line ${index + 1} of the matrix snapshot cannot be read: ${line}. Write it anew with flux-dev matrix --update.`,
      );
    }
    const [, mode, subject = "", verb, table = "", status, code = null, counted] = found;
    const rows = counted === undefined ? null : counted === "none" ? 0 : Number(counted);
    cells[mode as ModeName].push({
      table: table.startsWith('"') ? table.slice(1, -1).replaceAll('""', '"') : table,
      verb: verb as Verb,
      subject,
      outcome: outcomeOf(Number(status), code, rows),
      status: Number(status),
      code,
      rows,
    });
  }
  return (["v1", "v2"] as const).filter((mode) => cells[mode].length > 0).map((mode) => ({ mode, cells: cells[mode] }));
}
