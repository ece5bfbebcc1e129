/** Whether a diagnosis rests on something of that name. */
import type { Diagnosis } from "../../diagnosis/types.ts";

/** A policy that lets the row through, or does not apply, did not decide. */
export function mentions(diagnosis: Diagnosis, name: string): boolean {
  const verdicts = (diagnosis.rows ?? []).flatMap((row) => row.policies);
  if (verdicts.some(({ policy, applies, value }) => policy === name && applies && value !== "true")) return true;
  return [diagnosis.title, ...diagnosis.because, diagnosis.fix?.sql ?? ""].some((text) => containsName(text, name));
}

/** As a whole word: `notes` is not in `my_notes`. */
export function containsName(text: string, name: string): boolean {
  const escaped = name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(`(?<!\\w)${escaped}(?!\\w)`).test(text);
}
