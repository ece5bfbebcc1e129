/** What a push would do, from the ledger and the files alone: no transaction is opened and no SQL is sent. */
import type { Client } from "pg";
import type { PushTarget, SqlFile } from "../../project/discover.ts";
import type { ProjectIdentity } from "../../project/identity.ts";
import { modes } from "../../project/mode/mode.ts";
import type { ModeName } from "../../project/mode/types.ts";
import { pushInput } from "../apply.ts";
import { checksumOf, normalizeSql } from "../sql/normalize.ts";
import { type DdlSection, ddlSummary } from "./ddl-summary.ts";
import { ledgerChecksums, refuseConflicts } from "./ledger.ts";
import { refuseSize } from "./size.ts";

export interface PlannedFile {
  readonly file: SqlFile;
  /** `conflict`: it was applied with other contents. A raw file is always `pending`. */
  readonly state: "applied" | "pending" | "conflict";
  /** SHA-256 of the normalised text, hex. */
  readonly checksum: string;
  readonly summary: readonly DdlSection[];
}

/** `refuses`: throws for a conflict or a file over the limit, as the push itself would (`--dry-run`). */
export async function planPush(
  client: Client,
  project: ProjectIdentity,
  mode: ModeName,
  target: PushTarget,
  refuses: boolean,
): Promise<PlannedFile[]> {
  const { schema } = modes[mode].names(project);
  const inputs = target.files.map((file) => ({ file, input: pushInput(file, target) }));
  if (refuses) {
    for (const { input } of inputs) refuseSize(input);
    await refuseConflicts(
      client,
      schema,
      inputs.map(({ input }) => input),
    );
  }
  const recorded = await ledgerChecksums(client, schema, target);
  return inputs.map(({ file, input }) => {
    const checksum = checksumOf(input.sql);
    const applied = recorded.get(target.mode === "repeatable" ? (target.id ?? file.shown) : file.name);
    const state = stateOf(applied, checksum, target);
    return { file, state, checksum, summary: ddlSummary(normalizeSql(input.sql).text) };
  });
}

function stateOf(applied: string | undefined, checksum: string, { mode, force }: PushTarget): PlannedFile["state"] {
  if (applied === undefined) return "pending";
  if (applied === checksum) return force ? "pending" : "applied";
  return mode === "versioned" ? "conflict" : "pending";
}
