/** Every code a diagnosis of a request can have. Codes are stable: machines and committed snapshots rely on them. */
import type { CodeEntry } from "./codes/entry.ts";
import { gatewayCodes } from "./codes/gateway.ts";
import { grantCodes } from "./codes/grants.ts";
import { okCodes } from "./codes/ok.ts";
import { policyCodes } from "./codes/policies.ts";
import { requestCodes } from "./codes/requests.ts";
import { rowCodes } from "./codes/rows.ts";
import { tokenCodes } from "./codes/tokens.ts";

export const catalogue = {
  ...okCodes,
  ...gatewayCodes,
  ...tokenCodes,
  ...requestCodes,
  ...grantCodes,
  ...policyCodes,
  ...rowCodes,
} as const satisfies Record<string, CodeEntry>;

export type DiagnosisCode = keyof typeof catalogue;

export type { CodeEntry };

export function isOk(code: DiagnosisCode): boolean {
  return code.startsWith("ok.");
}
