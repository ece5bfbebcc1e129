/** `flux push` of SQL that stands in a test. */
import { pushSql } from "../database/push/push.ts";
import type { Fork } from "./fork/fork.ts";

/** Raw mode: it runs every time. Rejects with `PushRefused` or `ProjectSqlError`. */
export async function pushText({ stack, mode }: Fork, sql: string): Promise<void> {
  const live = mode();
  await stack.withDatabase((client) =>
    pushSql(client, stack.project.identity, live.mode, { name: "push", shown: "push", sql, mode: "raw" }),
  );
  await live.reload();
}
