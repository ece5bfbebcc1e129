/** Why a Postgres server could not be had. `code` is stable; the CLI prints message, why and next as they are. */
export type PostgresErrorCode =
  | "PLATFORM_UNSUPPORTED"
  | "BINARIES_MISSING"
  | "BINARIES_UNUSABLE"
  | "CACHE_UNUSABLE"
  | "NO_UNPRIVILEGED_USER"
  | "INITDB_FAILED"
  | "NOT_A_CLUSTER"
  | "VERSION_MISMATCH"
  | "WRONG_OWNER"
  | "UNREACHABLE_DIRECTORY"
  | "READ_ONLY"
  | "DISK_FULL"
  | "PORT_TAKEN"
  | "IN_USE"
  | "START_FAILED"
  | "START_TIMEOUT"
  | "DOCKER_LIBRARY_MISSING"
  | "DOCKER_UNAVAILABLE"
  | "IMAGE_UNAVAILABLE"
  | "CONTAINER_FAILED"
  | "URL_UNUSABLE"
  | "NOT_SUPERUSER"
  | "LOOKS_LIKE_PRODUCTION"
  | "OTHER_MODE"
  | "NOT_DURABLE";

export class PostgresError extends Error {
  override readonly name = "PostgresError";
  readonly code: PostgresErrorCode;
  /** The reason behind it, one sentence. */
  readonly why: string;
  /** What the reader can do now, one sentence. */
  readonly next: string;

  constructor(code: PostgresErrorCode, words: { what: string; why: string; next: string }, cause?: unknown) {
    super(words.what, cause === undefined ? undefined : { cause });
    this.code = code;
    this.why = words.why;
    this.next = words.next;
  }
}

/** Node's `code` of a failed system call (`EACCES`, `ENOSPC`, …), or undefined. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}

/**
 * Turns a failed file system call into a sentence where the cause is one a user can mend; anything else comes back as it was.
 */
export function explainFileError(error: unknown, path: string, doing: string): unknown {
  const what = `Could not ${doing} ${path}.`;
  switch (systemCode(error)) {
    case "EROFS":
      return new PostgresError(
        "READ_ONLY",
        {
          what,
          why: "The file system is mounted read-only.",
          next: "Run in a directory that can be written, or remount it.",
        },
        error,
      );
    case "ENOSPC":
    case "EDQUOT":
      return new PostgresError(
        "DISK_FULL",
        {
          what,
          why: "The disk (or the quota) is full.",
          next: "Free some space and try again; a new cluster needs about 60 MB.",
        },
        error,
      );
    case "EACCES":
    case "EPERM":
      return new PostgresError(
        "WRONG_OWNER",
        {
          what,
          why: "This user may not write there.",
          next: `Change the owner (chown -R "$(id -un)" ${path}) or run as the user who owns it.`,
        },
        error,
      );
    default:
      return error;
  }
}
