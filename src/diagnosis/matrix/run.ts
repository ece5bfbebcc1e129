/** Asks for every cell of the matrix, one after the other. */
import type { HttpResponse } from "../../http/message.ts";
import { modes } from "../../project/mode/mode.ts";
import { Session } from "../replay/session.ts";
import { verdict } from "./outcome.ts";
import { cellRequests, firstKey, keysRequest, patchRequest } from "./requests.ts";
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
  const cells = new Map<string, MatrixCell>();
  const asked = subjects.map((subject) => ({ subject, role: roleOf(subject), seen: new Map<string, Row>() }));
  // Reads first: what a subject sees is what its writes are about.
  for (const verb of verbs) {
    for (const table of tables) {
      for (const one of asked) {
        const cell = await ask(context, table, verb, one);
        if (cell !== undefined) cells.set(keyOf(cell), cell);
      }
    }
  }
  return { mode, cells: inOrder(tables, subjects, cells) };
}

type Row = Readonly<Record<string, unknown>>;

interface Asked {
  readonly subject: MatrixSubject;
  readonly role: string;
  /** One row of each table, filled by GET. */
  readonly seen: Map<string, Row>;
}

const keyOf = ({ table, verb, subject }: Pick<MatrixCell, "table" | "verb" | "subject">): string =>
  JSON.stringify([table, verb, subject]);

/** By table, verb and subject. */
const inOrder = (
  tables: readonly MatrixTable[],
  subjects: readonly MatrixSubject[],
  cells: ReadonlyMap<string, MatrixCell>,
): MatrixCell[] =>
  tables.flatMap(({ relation }) =>
    verbs.flatMap((verb) =>
      subjects.flatMap(({ name }) => cells.get(keyOf({ table: relation.name, verb, subject: name })) ?? []),
    ),
  );

async function ask(
  context: MatrixContext,
  table: MatrixTable,
  verb: MatrixCell["verb"],
  asked: Asked,
): Promise<MatrixCell | undefined> {
  const { subject, role, seen } = asked;
  const [first, ...further] = cellRequests(table, verb, subject, role, seen);
  if (first === undefined) return undefined;
  let response = await context.request(first, subject);
  const refused = verdict(verb, response);
  for (const request of further) {
    if (!isRefusedRow(response)) break;
    response = await context.request(request, subject);
  }
  if (verb === "GET") for (const row of rowsOf(response)) seen.set(table.relation.name, row);
  const found = isRefusedRow(response) ? refused : verdict(verb, response);
  const ofRows = verb === "PATCH" && isRefusedRow(response) ? await rowByRow(context, table, asked) : undefined;
  return { table: table.relation.name, verb, subject: subject.name, ...(ofRows ?? found) };
}

/** Rows tried one by one when a statement for all of them is refused. */
const MOST_ROWS = 20;

/** One row that may not become what it would makes the whole statement fail, but an app changes one at a time. */
async function rowByRow(
  context: MatrixContext,
  table: MatrixTable,
  { subject, role, seen }: Asked,
): Promise<ReturnType<typeof verdict> | undefined> {
  const keys = rowsOf(await context.request(keysRequest(table, MOST_ROWS), subject)).map((row) => row[firstKey(table)]);
  let best: ReturnType<typeof verdict> | undefined;
  for (const key of new Set(keys)) {
    const request = patchRequest(table, role, [String(key)], seen);
    if (request === undefined) return undefined;
    const found = verdict("PATCH", await context.request(request, subject));
    if (found.outcome !== "allowed" || found.rows === null) continue;
    best = { ...found, rows: found.rows + (best?.rows ?? 0) };
  }
  return best;
}

/** A policy's WITH CHECK said no, not a privilege. */
const isRefusedRow = ({ body }: HttpResponse): boolean =>
  body.toString().includes("violates row-level security policy");

function rowsOf({ status, body }: HttpResponse): Row[] {
  if (status >= 300) return [];
  const rows: unknown = JSON.parse(body.toString());
  return Array.isArray(rows) ? (rows as Row[]) : [];
}
