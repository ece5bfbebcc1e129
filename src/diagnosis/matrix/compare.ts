/** What changed between two matrices, cell by cell. Pure. */
import type { ModeName } from "../../project/mode/types.ts";
import { listed } from "../words.ts";
import { cellText } from "./snapshot.ts";
import type { Matrix, MatrixCell } from "./types.ts";

export interface MatrixChange {
  readonly mode: ModeName;
  readonly table: string;
  readonly verb: MatrixCell["verb"];
  readonly subject: string;
  /** Null: the cell is new. */
  readonly before: MatrixCell | null;
  /** Null: the cell is gone. */
  readonly after: MatrixCell | null;
  /** `403 42501 → 204 (2 rows)`. */
  readonly change: string;
  /** `alice × notes × DELETE: 403 42501 → 204 (2 rows)`. */
  readonly text: string;
}

/** Modes that only one side has are not compared: a run of one mode says nothing about the other. */
export function compareMatrix(before: readonly Matrix[], after: readonly Matrix[]): MatrixChange[] {
  return after.flatMap(({ mode, cells }) => {
    const known = before.find((one) => one.mode === mode);
    return known === undefined ? [] : compareCells(mode, known.cells, cells);
  });
}

/** One line per change, with its mode and all whom it concerns; a table that is gone altogether is one line. */
export function changeLines(changes: readonly MatrixChange[]): string[] {
  const lines = changes.map((change) => {
    const { mode, table, verb } = change;
    const ofTable = changes.filter((one) => one.mode === mode && one.table === table);
    if (ofTable.every(({ after }) => after === null))
      return `${mode}  ${table}: gone, with its ${ofTable.length} cells`;
    const same = ofTable.filter((one) => one.verb === verb && one.change === change.change);
    return `${mode}  ${listed(same.map(({ subject }) => subject))} × ${table} × ${verb}: ${change.change}`;
  });
  return [...new Set(lines)];
}

function compareCells(mode: ModeName, before: readonly MatrixCell[], after: readonly MatrixCell[]): MatrixChange[] {
  const old = new Map(before.map((cell) => [keyOf(cell), cell]));
  const now = new Map(after.map((cell) => [keyOf(cell), cell]));
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
    const was = old.get(key) ?? null;
    const is = now.get(key) ?? null;
    const { table, verb, subject } = (is ?? was)!;
    if (was !== null && is !== null && cellText(was) === cellText(is)) return [];
    const change =
      was === null
        ? `new, ${cellText(is!)}`
        : is === null
          ? `gone, was ${cellText(was)}`
          : `${cellText(was)} → ${cellText(is)}`;
    const text = `${subject} × ${table} × ${verb}: ${change}`;
    return [{ mode, table, verb, subject, before: was, after: is, change, text }];
  });
}

const keyOf = ({ table, verb, subject }: MatrixCell): string => JSON.stringify([table, verb, subject]);
