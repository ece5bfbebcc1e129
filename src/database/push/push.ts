/** `flux push` for one file, in either mode. */
import type { Client } from "pg";
import type { ProjectIdentity } from "../../project/identity.ts";
import { modes } from "../../project/mode/mode.ts";
import type { ModeName } from "../../project/mode/types.ts";
import { cancelRunning, forgetSession, inTransaction } from "../script.ts";
import { checksumOf, normalizeSql } from "../sql/normalize.ts";
import { placeInFile } from "../sql-error.ts";
import { auditSecurity } from "./audit.ts";
import { consultLedger, ensureLedger, recordRun } from "./ledger.ts";
import { withReason } from "./reasons.ts";
import { refuseSize } from "./size.ts";
import { type PushInput, PushRefused, type PushResult } from "./types.ts";
import { runAsSuperuser } from "./v1.ts";
import { forceRowSecurity, refuseByText, refuseRuntimeOwned, refuseTransactionEnd, runAsOwner } from "./v2.ts";

/** The platform's cap on a whole v2 push, by the wall clock, and on each of its statements. */
const V2_TIMEOUT_MS = 30_000;

/**
 * Runs one file in one transaction; on any error nothing of it remains. The client must be the superuser `postgres`.
 * Its session state is discarded at the end: the platform opens a connection per push, so a `SET` in one file must not
 * reach the next. Throws `PushRefused` (scan, audit, checksum conflict, size) or `ProjectSqlError` (the SQL itself).
 */
export async function pushSql(
  client: Client,
  project: ProjectIdentity,
  mode: ModeName,
  input: PushInput,
): Promise<PushResult> {
  refuseSize(input);
  const notices: string[] = [];
  const listen = (notice: { severity?: string | undefined; message?: string | undefined }) =>
    void notices.push(`${notice.severity ?? "NOTICE"}: ${notice.message}`);
  client.on("notice", listen);
  try {
    const result = mode === "v2" ? await pushV2(client, project, input) : await pushV1(client, project, input);
    return { ...result, notices };
  } catch (error) {
    throw withReason(placeInFile(error, input.shown), mode);
  } finally {
    client.off("notice", listen);
    await forgetSession(client);
  }
}

type Outcome = Omit<PushResult, "notices">;

async function pushV2(client: Client, project: ProjectIdentity, input: PushInput): Promise<Outcome> {
  const names = modes.v2.names(project);
  const normalized = normalizeSql(input.sql);
  refuseByText(input, normalized);
  refuseTransactionEnd(input, normalized);
  return withinTime(client, () =>
    inTransaction(client, async () => {
      await client.query(`set local statement_timeout = ${V2_TIMEOUT_MS}`);
      const ledger = await openLedger(client, names.schema, input);
      if (!ledger.run) return skipped(ledger.checksum);
      await runAsOwner(client, names, input, normalized);
      await forceRowSecurity(client, names.schema);
      await refuseRuntimeOwned(client, names);
      await recordRun(client, names.schema, input, ledger.checksum);
      await client.query("notify pgrst, 'reload schema'");
      return applied(ledger, []);
    }),
  );
}

async function pushV1(client: Client, project: ProjectIdentity, input: PushInput): Promise<Outcome> {
  const names = modes.v1.names(project);
  return inTransaction(client, async () => {
    const ledger = await openLedger(client, names.schema, input);
    const own = ledger.run ? await runAsSuperuser(client, names, input, normalizeSql(input.sql)) : [];
    if (ledger.run) await recordRun(client, names.schema, input, ledger.checksum);
    // The audit runs even when there was nothing to apply, and looks at every table, not only at new ones.
    const warnings = [...own, ...(await auditSecurity(client, names.schema))];
    await client.query("notify pgrst, 'reload schema'");
    return ledger.run ? applied(ledger, warnings) : skipped(ledger.checksum, warnings);
  });
}

interface OpenLedger {
  readonly run: boolean;
  readonly checksum: string;
  readonly previousChecksum: string | undefined;
}

async function openLedger(client: Client, schema: string, input: PushInput): Promise<OpenLedger> {
  const checksum = checksumOf(input.sql);
  if (input.mode !== "raw") await ensureLedger(client, schema);
  return { checksum, ...(await consultLedger(client, schema, input, checksum)) };
}

function applied(ledger: OpenLedger, warnings: readonly string[]): Outcome {
  const { checksum, previousChecksum } = ledger;
  return { outcome: "applied", checksum, warnings, ...(previousChecksum === undefined ? {} : { previousChecksum }) };
}

function skipped(checksum: string, warnings: readonly string[] = []): Outcome {
  return { outcome: "skipped", checksum, warnings };
}

const tooSlow = () =>
  new PushRefused("SQL push exceeded 30s timeout", {
    sqlState: "57014",
    hint: "The platform ends every v2 push then: split the file, so that each part takes less.",
  });

/** statement_timeout bounds each statement; the platform bounds their sum as well. */
async function withinTime<Result>(client: Client, work: () => Promise<Result>): Promise<Result> {
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    // A failing cancel leaves statement_timeout to end the push.
    cancelRunning(client).catch(() => {});
  }, V2_TIMEOUT_MS);
  try {
    return await work();
  } catch (error) {
    throw expired ? tooSlow() : error;
  } finally {
    clearTimeout(timer);
  }
}
