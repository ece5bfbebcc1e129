/** Asks for every cell of the matrix, one after the other. */
import { modes } from "../../project/mode/mode.ts";
import { Session } from "../replay/session.ts";
import { verdict } from "./outcome.ts";
import { cellRequest } from "./requests.ts";
import { type MatrixTable, readMatrixTables } from "./tables.ts";
import { type Matrix, type MatrixCell, type MatrixContext, type MatrixSubject, verbs } from "./types.ts";

/** Reads of a large project take a while. */
const LIMITS = { total: 30_000, statement: 5000 };

/**
 * One request per subject, table and verb; cells that make no sense (POST to a view that takes none) are left out. What
 * writes do is rolled back, but sequences keep the numbers they gave away.
 */
export async function runMatrix(context: MatrixContext): Promise<Matrix> {
  const { mode, project, subjects } = context;
  const names = modes[mode].names(project);
  const roles = [...new Set([names.userRole, names.anonymousRole])];
  const tables = await context.admin((client) =>
    Session.run(client, (session) => readMatrixTables(session, names.schema, roles), LIMITS),
  );
  const roleOf = ({ id }: MatrixSubject) => (id === null ? names.anonymousRole : names.userRole);
  const cells: MatrixCell[] = [];
  for (const table of tables) {
    for (const verb of verbs) {
      for (const subject of subjects) cells.push(...(await ask(context, table, verb, subject, roleOf(subject))));
    }
  }
  return { mode, cells };
}

async function ask(
  context: MatrixContext,
  table: MatrixTable,
  verb: MatrixCell["verb"],
  subject: MatrixSubject,
  role: string,
): Promise<MatrixCell[]> {
  const request = cellRequest(table, verb, subject, role);
  if (request === undefined) return [];
  const response = await context.request(request, subject);
  return [{ table: table.relation.name, verb, subject: subject.name, ...verdict(verb, response) }];
}
