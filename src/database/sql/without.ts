/** SQL without one of its statements. Pure. */
import { splitStatements } from "./statements.ts";

/**
 * The statement that has this place in it becomes blanks, so that everything else stays at its line and column. Both count from
 * 1, columns in characters. Undefined where there is none.
 */
export function withoutStatement(sql: string, { line, column }: { line: number; column: number }): string | undefined {
  const lines = sql.split("\n");
  const own = lines[line - 1];
  if (own === undefined) return undefined;
  const before = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const offset = before + [...own].slice(0, column - 1).join("").length;
  const statement = splitStatements(sql).findLast(({ start, end }) => start <= offset && offset <= end);
  if (statement === undefined) return undefined;
  const { start, end } = statement;
  return `${sql.slice(0, start)}${sql.slice(start, end).replace(/[^\n]/g, " ")}${sql.slice(end)}`;
}
