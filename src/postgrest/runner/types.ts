/** A real PostgREST at work, in a process or a container of its own. */
export interface RunningPostgrest {
  readonly url: string;
  /** What it calls itself, such as `12.2.12`; undefined when it would not say. */
  readonly version: string | undefined;
  /** Resolves when the schema cache has been read again after `trigger`, or after a few seconds without a sign of that. */
  afterReload(trigger: () => Promise<unknown>): Promise<void>;
  stop(): Promise<void>;
}

/** Why a real PostgREST could not be had. `code` is stable. */
export type RunnerErrorCode =
  | "POSTGREST_MISSING"
  | "POSTGREST_UNUSABLE"
  | "POSTGREST_FAILED"
  | "DOWNLOAD_FAILED"
  | "CHECKSUM_UNKNOWN"
  | "CHECKSUM_WRONG";

export class RunnerError extends Error {
  override readonly name = "RunnerError";
  readonly code: RunnerErrorCode;
  /** The reason behind it, one sentence. */
  readonly why: string;
  /** What the reader can do now, one sentence. */
  readonly next: string;

  constructor(code: RunnerErrorCode, words: { what: string; why: string; next: string }, cause?: unknown) {
    super(words.what, cause === undefined ? undefined : { cause });
    this.code = code;
    this.why = words.why;
    this.next = words.next;
  }
}
