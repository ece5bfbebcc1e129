/** A diagnosis for machines: the value itself with its code explained, and nothing in it that looks like a token. */
import { redactValue } from "../trace/redact.ts";
import { catalogue } from "./codes.ts";
import type { Diagnosis } from "./types.ts";

export interface DiagnosisJson extends Diagnosis {
  /** Why it is so, for somebody who meets the code the first time. */
  readonly explanation: string;
  readonly documentation: string;
}

export function toJson(diagnosis: Diagnosis): DiagnosisJson {
  const { explanation, documentation } = catalogue[diagnosis.code];
  return redactValue({ ...diagnosis, explanation, documentation }) as DiagnosisJson;
}
