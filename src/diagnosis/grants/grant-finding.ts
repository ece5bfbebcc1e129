/** What all findings about privileges have in common. */
import type { DiagnosisCode } from "../codes.ts";
import type { Finding, Fix } from "../types.ts";

export const grantFinding = (code: DiagnosisCode, title: string, because: readonly string[], fix: Fix): Finding => ({
  code,
  layer: "grants",
  title,
  because,
  fix,
});
