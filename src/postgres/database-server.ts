/** A Postgres that serves one mode of a project, wherever it comes from. */
export interface DatabaseServer {
  /** For people: where it comes from and its version, such as `embedded 16.14`. */
  readonly about: string;
  /** The superuser's URL of the project's database, for programs of this machine. */
  readonly url: string;
  /** The password of roles that log in, where every stack on this server must use the same one. */
  readonly loginPassword?: string | undefined;
  /** Its address in the stack's container network; undefined: it is reached through this machine only. */
  readonly inNetwork?: { readonly host: string; readonly port: number } | undefined;
  /** Runs work that changes roles while no other stack does so on the same server. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when the server is gone, stopped or not. Never, where nobody here would know. */
  readonly exited: Promise<void>;
  /** Ends what this process started, and nothing else. Safe to call twice. */
  stop(): Promise<void>;
}
