/** What goes into a push and what comes out. */
import type { PushMode } from "../../project/push-choice.ts";

export interface PushInput {
  /** Base name; the version of a versioned migration. */
  readonly name: string;
  /** Relative to the project, for messages and as the default id of a repeatable script. */
  readonly shown: string;
  readonly sql: string;
  readonly mode: PushMode;
  /** True when the file is one of a directory's: a checksum conflict is worded differently then. */
  readonly fromDirectory?: boolean;
  /** Id of a repeatable script; default `shown`. */
  readonly id?: string;
  /** Run a repeatable script even though it has not changed. */
  readonly force?: boolean;
}

export interface PushResult {
  readonly outcome: "applied" | "skipped";
  /** SHA-256 of the normalised text, hex. */
  readonly checksum: string;
  /** Checksum of the last run, when a repeatable script had one. */
  readonly previousChecksum?: string;
  /** The v1 audit's and the emulator's own; printed on every push. */
  readonly warnings: readonly string[];
  /** What the SQL said by RAISE or Postgres by itself, as `NOTICE: …`. */
  readonly notices: readonly string[];
}

/** A push that was refused before or after its SQL ran; `message` is the platform's sentence, `hint` says what to do. */
export class PushRefused extends Error {
  override readonly name = "PushRefused";
  readonly hint: string | undefined;
  readonly sqlState: string | undefined;
  /** The file that was being pushed, relative to the project; undefined when the refusal is not one file's. */
  readonly file: string | undefined;

  constructor(message: string, more: { hint?: string; sqlState?: string; file?: string } = {}) {
    super(message);
    this.hint = more.hint;
    this.sqlState = more.sqlState;
    this.file = more.file;
  }

  /** The same refusal, of that file. */
  of(file: string): PushRefused {
    const { message, hint, sqlState } = this;
    return new PushRefused(message, { ...(hint ? { hint } : {}), ...(sqlState ? { sqlState } : {}), file });
  }
}
