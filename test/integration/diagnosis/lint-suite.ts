/** Projects in one file each, pushed one after the other, and what lint says of them. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { resetDatabase } from "../../../src/database/reset.ts";
import { type LintReport, lint } from "../../../src/diagnosis/lint/lint.ts";
import type { SqlText } from "../../../src/diagnosis/sources.ts";
import type { ModeName } from "../../../src/project/mode/types.ts";
import { type Harness, harness } from "../database/support/harness.ts";

export interface LintCase {
  readonly about: string;
  readonly sql: string;
  /** Code, then a part of the message. */
  readonly found: ReadonlyArray<readonly [code: string, message: string]>;
}

export interface LintedProject {
  readonly database: Harness;
  /** Pushes it to an empty database, and looks. */
  run(sql: string, ignore?: string[]): Promise<LintReport>;
  /** At what is there. */
  look(files: readonly SqlText[], ignore?: string[]): Promise<LintReport>;
}

/** Declares a test per case on a cluster of one's own; the project is for further ones. */
export function lintSuite(mode: ModeName, cases: readonly LintCase[]): LintedProject {
  let database: Harness;
  beforeAll(async () => {
    database = await harness(mode);
  });
  afterAll(() => database.stop());

  const look: LintedProject["look"] = (files, ignore = []) => {
    const { client, project } = database;
    return lint({ mode, project, admin: (work) => work(client), files, ignore });
  };
  const run: LintedProject["run"] = async (sql, ignore) => {
    await resetDatabase(database.client, database.project, mode, "secret");
    await database.push(sql);
    return look([{ shown: "migrations/001.sql", sql }], ignore);
  };

  it.each(cases.map((one) => [one.about, one] as const))("%s", async (_, { sql, found }) => {
    const { findings } = await run(sql);
    expect(findings.map(({ code }) => code)).toEqual(found.map(([code]) => code));
    for (const [at, [, message]] of found.entries()) expect(findings[at]?.message).toContain(message);
  });

  return {
    get database() {
      return database;
    },
    run,
    look,
  };
}
