/** What a server that did not start says in its log, as one sentence a user can act on. Pure. */
import { PostgresError, type PostgresErrorCode } from "./errors.ts";

interface Context {
  readonly dataDirectory: string;
  readonly port: number;
}

type Explanation = (
  context: Context,
  line: string,
) => { code: PostgresErrorCode; what: string; why: string; next: string };

/** Looked for in this order: the first that occurs in the log explains the failure. */
const explanations: readonly (readonly [RegExp, Explanation])[] = [
  [
    /could not bind \S+ address .*(in use|not permitted|Permission denied|access permissions)/i,
    ({ port }, line) => ({
      code: "PORT_TAKEN",
      what: `Postgres could not listen on port ${port}.`,
      why: /in use/i.test(line) ? "Another program is using that port." : "This user may not listen on that port.",
      next: "Choose another port, or stop the other program.",
    }),
  ],
  [
    /lock file "postmaster.pid" already exists/i,
    ({ dataDirectory }) => ({
      code: "IN_USE",
      what: `A Postgres server already runs in ${dataDirectory}.`,
      why: "Another process started it at the same moment.",
      next: "Use that one, or stop it first (flux-dev down).",
    }),
  ],
  [
    /No space left on device|Disk quota exceeded/i,
    ({ dataDirectory }) => ({
      code: "DISK_FULL",
      what: `Postgres could not write to ${dataDirectory}.`,
      why: "The disk (or the quota) is full.",
      next: "Free some space and try again; a new cluster needs about 60 MB.",
    }),
  ],
  [
    /Read-only file system/i,
    ({ dataDirectory }) => ({
      code: "READ_ONLY",
      what: `Postgres could not write to ${dataDirectory}.`,
      why: "The file system is mounted read-only.",
      next: "Run in a directory that can be written, or remount it.",
    }),
  ],
  [
    /incompatible with server/i,
    ({ dataDirectory }) => ({
      code: "VERSION_MISMATCH",
      what: `The data in ${dataDirectory} was made by another version of Postgres.`,
      why: "Data files of one major version cannot be read by another.",
      next: "Start afresh (flux-dev up --fresh), or use the flux-dev version that made them.",
    }),
  ],
  [
    /has wrong ownership|Permission denied|must be owned by|Operation not permitted/i,
    ({ dataDirectory }) => ({
      code: "WRONG_OWNER",
      what: `Postgres may not use ${dataDirectory}.`,
      why: "Its files belong to another user (an earlier run with sudo, perhaps).",
      next: `Change the owner: sudo chown -R "$(id -un)" ${dataDirectory}`,
    }),
  ],
];

/** Undefined when the log holds none of the known reasons. */
export function explainServerLog(log: string, context: Context): PostgresError | undefined {
  for (const [pattern, explain] of explanations) {
    const line = log.split("\n").find((candidate) => pattern.test(candidate));
    if (line === undefined) continue;
    const { code, ...words } = explain(context, line);
    return new PostgresError(code, words, line);
  }
  return undefined;
}
