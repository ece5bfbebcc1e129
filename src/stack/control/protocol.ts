/** What the CLI and a stack in another process say to each other: JSON over HTTP on loopback, with a token. */
import type { AppliedFile, PushedTarget } from "../../database/apply.ts";
import type { RecordedMigration } from "../../database/push/ledger.ts";
import type { SqlErrorDetails } from "../../database/sql-error.ts";
import type { CoverageReport } from "../../diagnosis/coverage/types.ts";
import type { LintReport } from "../../diagnosis/lint/lint.ts";
import type { Matrix } from "../../diagnosis/matrix/types.ts";
import type { ActiveFault, FaultRequest } from "../../gateway/faults.ts";
import type { TokenExplanation } from "../../idp/explain.ts";
import type { ModeName } from "../../project/mode/types.ts";
import type { AskedRequest } from "../diagnosis/asked-request.ts";
import type { DiffAnswer, WhyAnswer, WhyQuestion } from "../diagnosis/diagnosis.ts";
import type { TraceSummary } from "../diagnosis/trace-summary.ts";
import type { EnvironmentGroup } from "../environment.ts";
import type { Example } from "../examples.ts";
import type { ProjectState } from "../gateway-config.ts";
import type { StackInfo } from "../info.ts";
import type { PlannedTarget, PlanRequest, PushRequest } from "../push.ts";
import type { StackToken, TokenRequest } from "../tokens.ts";

/** Each operation with what it takes and what it gives. */
export interface Operations {
  info: { input: undefined; output: StackInfo };
  environment: { input: undefined; output: EnvironmentGroup[] };
  examples: { input: undefined; output: Example[] };
  mode: { input: { mode: ModeName }; output: StackInfo };
  push: { input: PushRequest; output: PushReport };
  migrations: { input: undefined; output: RecordedMigration[] };
  planPush: { input: PlanRequest; output: PlannedTarget[] };
  reset: { input: undefined; output: AppliedFile[] };
  restore: { input: { name: string }; output: StackInfo };
  token: { input: TokenRequest; output: StackToken };
  explainToken: { input: { jwt: string }; output: TokenExplanation };
  why: { input: WhyQuestion; output: WhyAnswer };
  diff: { input: AskedRequest; output: DiffAnswer };
  /** Oldest first. */
  traces: { input: undefined; output: TraceSummary[] };
  lint: { input: { mode: ModeName | undefined }; output: LintReport };
  matrix: { input: { mode: ModeName | undefined }; output: Matrix };
  coverage: { input: { mode: ModeName | undefined }; output: CoverageReport };
  /** Without a state: tells the one there is, and the live mode, since states count on v2 alone. */
  state: { input: { state: ProjectState | undefined }; output: { state: ProjectState; mode: ModeName } };
  /** Null ends the fault there is; without one: tells which there is. */
  fault: { input: { fault: FaultRequest | null | undefined }; output: ActiveFault | null };
  down: { input: undefined; output: { pid: number } };
}

/** The files that went through before a mistake stay applied, so they are reported beside it. */
export interface PushReport {
  readonly pushed: readonly PushedTarget[];
  readonly error?: WireError;
}

export type OperationName = keyof Operations;

/** An error as it crosses the wire. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly syscall?: string;
  /** Of Postgres' own errors. */
  readonly severity?: string;
  readonly why?: string;
  readonly next?: string;
  readonly hint?: string;
  readonly sqlState?: string;
  readonly file?: string;
  readonly details?: SqlErrorDetails;
  readonly stack?: string;
}

export function toWire(error: unknown): WireError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, stack } = error;
  const known = error as Error & Partial<WireError>;
  const picked = Object.fromEntries(
    (["code", "syscall", "severity", "why", "next", "hint", "sqlState", "file", "details"] as const).flatMap((key) =>
      known[key] === undefined ? [] : [[key, known[key]]],
    ),
  );
  return { name, message, ...picked, ...(stack === undefined ? {} : { stack }) };
}

/** An error of the other process. Those that carry a report of their own come back as themselves. */
export async function fromWire(wire: WireError): Promise<Error> {
  if (wire.name === "ProjectSqlError" && wire.details !== undefined) {
    const { ProjectSqlError } = await import("../../database/sql-error.ts");
    return new ProjectSqlError(wire.details);
  }
  if (wire.name === "PushRefused") {
    const { PushRefused } = await import("../../database/push/types.ts");
    const { message, hint, sqlState, file } = wire;
    const refused = new PushRefused(message, { ...(hint ? { hint } : {}), ...(sqlState ? { sqlState } : {}) });
    return file === undefined ? refused : refused.of(file);
  }
  const error = Object.assign(new Error(wire.message), {
    why: wire.why,
    next: wire.next,
    code: wire.code,
    syscall: wire.syscall,
    severity: wire.severity,
  });
  error.name = wire.name;
  if (wire.stack !== undefined) error.stack = wire.stack;
  return error;
}
