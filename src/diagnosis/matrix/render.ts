/** The matrix for people and for machines: text, Markdown, JUnit XML, JSON. Pure. */
import type { MatrixChange } from "./compare.ts";
import { cellText } from "./snapshot.ts";
import { type CellOutcome, type Matrix, type MatrixCell, verbs } from "./types.ts";

interface Grid {
  readonly table: string;
  /** One row per subject: its name, then a text per verb. */
  readonly rows: readonly (readonly string[])[];
}

const HEADINGS = ["", ...verbs];

function grids({ cells }: Matrix): Grid[] {
  const tables = [...new Set(cells.map(({ table }) => table))];
  return tables.map((table) => {
    const own = cells.filter((cell) => cell.table === table);
    const subjects = [...new Set(own.map(({ subject }) => subject))];
    const rows = subjects.map((subject) => [
      subject,
      ...verbs.map((verb) => shown(own.find((cell) => cell.subject === subject && cell.verb === verb))),
    ]);
    return { table, rows };
  });
}

const MARKS = { allowed: "✓", nothing: "∅", denied: "✗", failed: "?" } as const satisfies Record<CellOutcome, string>;

const LEGEND =
  "✓ allowed, ∅ no row seen or touched, ✗ denied, ? not found out. A code of 23… is a constraint: privileges and policies had let the write pass.";

const shown = (cell: MatrixCell | undefined): string =>
  cell === undefined ? "–" : `${MARKS[cell.outcome]} ${cellText(cell)}`;

export function matrixText(matrices: readonly Matrix[]): string {
  const blocks = matrices.flatMap((matrix) =>
    grids(matrix).map(({ table, rows }) => {
      const all = [[table, ...verbs], ...rows];
      const widths = HEADINGS.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
      const lines = all.map((row) =>
        row
          .map((text, column) => text.padEnd(widths[column]!))
          .join("  ")
          .trimEnd(),
      );
      return [matrix.mode, ...lines].join("\n");
    }),
  );
  return `${[...blocks, LEGEND].join("\n\n")}\n`;
}

export function matrixMarkdown(matrices: readonly Matrix[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
  const blocks = matrices.flatMap((matrix) => [
    `## ${matrix.mode}`,
    ...grids(matrix).map(({ table, rows }) =>
      [`### ${table}`, "", line(HEADINGS), line(HEADINGS.map(() => "---")), ...rows.map(line)].join("\n"),
    ),
  ]);
  return `${[...blocks, LEGEND].join("\n\n")}\n`;
}

/** The matrices and, where there was a snapshot to compare with, what changed. */
export const matrixJson = (matrices: readonly Matrix[], changes: readonly MatrixChange[] = []): string =>
  `${JSON.stringify({ matrices, changes }, null, 2)}\n`;

/** One test case per cell; a changed or vanished cell has failed, one that could not be found out is skipped. */
export function matrixJunit(matrices: readonly Matrix[], changes: readonly MatrixChange[] = []): string {
  const suites = matrices.map(({ mode, cells }) => {
    const own = changes.filter((change) => change.mode === mode);
    const cases = cells.map((cell) =>
      testcase(
        cell,
        own.find((change) => change.after === cell),
      ),
    );
    const gone = own.filter(({ after }) => after === null).map((change) => testcase(change.before!, change));
    const tests = [...cases, ...gone];
    const attributes = `name="flux-dev matrix ${mode}" tests="${tests.length}" failures="${own.length}"`;
    return `  <testsuite ${attributes}>\n${tests.join("\n")}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("\n")}\n</testsuites>\n`;
}

function testcase(cell: MatrixCell, change: MatrixChange | undefined): string {
  const name = `classname="${escapeXml(cell.table)}" name="${escapeXml(`${cell.subject} ${cell.verb} ${cell.table}`)}"`;
  if (change !== undefined) {
    return `    <testcase ${name}><failure message="${escapeXml(change.text)}"/></testcase>`;
  }
  if (cell.outcome !== "failed") return `    <testcase ${name}/>`;
  return `    <testcase ${name}><skipped message="${escapeXml(cellText(cell))}"/></testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** XML has no way to write most control characters, and an attribute turns line ends into blanks. */
const escapeXml = (text: string): string =>
  text.replace(
    /[&<>"\p{Cc}]/gu,
    (found) => ENTITIES[found] ?? (/[\t\n\r]/.test(found) ? `&#${found.charCodeAt(0)};` : "\ufffd"),
  );
