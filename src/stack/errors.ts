/** What can go wrong around a stack as a whole. `code` is stable; the CLI prints message, why and next as they are. */
export type StackErrorCode =
  | "NOT_RUNNING"
  | "ALREADY_RUNNING"
  | "PORT_TAKEN"
  | "STATE_UNREADABLE"
  | "STATE_UNWRITABLE"
  | "START_FAILED"
  | "CONTROL_FAILED"
  | "UNSUPPORTED"
  | "BAD_REQUEST"
  | "NO_SNAPSHOT";

export class StackError extends Error {
  override readonly name = "StackError";
  readonly code: StackErrorCode;
  /** The reason behind it, one sentence. */
  readonly why: string;
  /** What the reader can do now, one sentence. */
  readonly next: string;

  constructor(code: StackErrorCode, words: { what: string; why: string; next: string }, cause?: unknown) {
    super(words.what, cause === undefined ? undefined : { cause });
    this.code = code;
    this.why = words.why;
    this.next = words.next;
  }
}
