/** A diagnosis as the message of a failed test. */
import type { Diagnosis } from "../../diagnosis/types.ts";

export function diagnosisText({ code, title, because, fix }: Diagnosis): string {
  return [
    `${title} (${code})`,
    ...because.map((fact) => `  ${fact}`),
    ...(fix ? [`  fix: ${fix.sql ?? fix.text}`] : []),
  ].join("\n");
}
