import { outcomeOf } from "../../../../src/diagnosis/matrix/outcome.ts";
import type { MatrixCell } from "../../../../src/diagnosis/matrix/types.ts";

export function cell(
  subject: string,
  verb: MatrixCell["verb"],
  table: string,
  answer: { status: number; code?: string; rows?: number },
): MatrixCell {
  const { status, code = null, rows = null } = answer;
  return { subject, verb, table, status, code, rows, outcome: outcomeOf(status, code, rows) };
}
