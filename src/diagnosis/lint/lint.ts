/** The mistakes that can be seen without a request. */

import { modes } from "../../project/mode/mode.ts";
import type { ModeName } from "../../project/mode/types.ts";
import { Session } from "../replay/session.ts";
import { sourceIndex } from "../sources.ts";
import { readLintCatalog } from "./catalog.ts";
import { metAs } from "./met-as.ts";
import { lintRules } from "./rules.ts";
import { silencer } from "./silence.ts";
import type { LintCatalog, LintContext, LintFinding } from "./types.ts";

export interface LintReport {
  readonly mode: ModeName;
  readonly findings: readonly LintFinding[];
  /** How many more there are that somebody silenced. */
  readonly silenced: number;
}

/** Reads the catalogs in a transaction that is rolled back. Rejects when the database cannot be reached. */
export async function lint(context: LintContext): Promise<LintReport> {
  const catalog = await context.admin((client) => Session.run(client, (session) => readLintCatalog(session, context)));
  return report(catalog, context);
}

/** What the files alone show, for a project whose push fails. */
export function lintFiles(context: Omit<LintContext, "admin">): LintReport {
  const { mode, project, files } = context;
  const nothing = { roles: [], relations: [], partitions: [], policies: [], functions: [], roleSettings: [] };
  const names = modes[mode].names(project);
  return report({ mode, names, files, sourceOf: sourceIndex(files), ...nothing }, context);
}

function report(catalog: LintCatalog, { ignore, files }: Pick<LintContext, "ignore" | "files">): LintReport {
  const { mode } = catalog;
  const all = lintRules
    .filter((rule) => rule.mode === undefined || rule.mode === mode)
    .flatMap((rule) => rule.check(catalog));
  const isSilenced = silencer(ignore, files);
  const findings = all.filter((finding) => !isSilenced(finding)).map((one) => ({ ...one, why: metAs[one.code] ?? [] }));
  return { mode, findings, silenced: all.length - findings.length };
}
