/** The stack's log: JSON lines in a file, and listeners for who watches it live. */
import { appendFileSync, createWriteStream, renameSync, statSync, type WriteStream } from "node:fs";

export type LogSource = "stack" | "gateway" | "postgrest" | "idp" | "postgres";

export interface LogEntry {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly source: LogSource;
  /** `note`: the developer should see it once; `request`: one answered request. */
  readonly kind: "info" | "note" | "warning" | "request";
  readonly text: string;
  /** The component's own record, where it has one. */
  readonly data?: unknown;
}

/** Milliseconds that lines are gathered for: a write for each would cost a busy gateway a tenth of its throughput. */
const GATHER = 20;

/** A file beyond this many bytes moves aside when a stack starts. */
const LIMIT = 10_000_000;

export class Logbook {
  readonly #path: string | undefined;
  readonly #stream: WriteStream | undefined;
  readonly #listeners = new Set<(entry: LogEntry) => void>();
  readonly #gathered: string[] = [];

  /** Without a path nothing is kept. */
  constructor(path: string | undefined) {
    this.#path = path;
    if (path === undefined) return;
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LIMIT) renameSync(path, `${path}.1`);
    this.#stream = createWriteStream(path, { flags: "a", mode: 0o600 });
    // A full disk must not take the stack down with its log.
    this.#stream.on("error", () => {});
  }

  /** @param json the data's JSON, from who writes thousands a second and knows it */
  write(source: LogSource, kind: LogEntry["kind"], text: string, data?: unknown, json?: string): void {
    const entry: LogEntry = { time: Date.now(), source, kind, text, data };
    if (this.#stream !== undefined && this.#gathered.push(lineOf(entry, json)) === 1) {
      setTimeout(() => this.#flush(), GATHER);
    }
    for (const listener of this.#listeners) listener(entry);
  }

  #flush(): void {
    const lines = this.#gathered.splice(0);
    if (lines.length > 0) this.#stream?.write(lines.join(""));
  }

  /** The last words of a process that is about to end: written before this returns. */
  crash(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const entry: LogEntry = { time: Date.now(), source: "stack", kind: "warning", text };
    if (this.#path !== undefined) appendFileSync(this.#path, this.#gathered.splice(0).join("") + lineOf(entry));
  }

  /** Calls back for each entry from now on; returns the way to stop. */
  listen(listener: (entry: LogEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.#flush();
    return new Promise((resolve) => (this.#stream === undefined ? resolve() : this.#stream.end(() => resolve())));
  }
}

/** What `JSON.stringify` makes of the entry, in half the time: a busy gateway writes thousands a second. */
function lineOf({ time, source, kind, text, data }: LogEntry, json = JSON.stringify(data)): string {
  const record = data === undefined ? "" : `,"data":${json}`;
  return `{"time":${time},"source":"${source}","kind":"${kind}","text":${JSON.stringify(text)}${record}}\n`;
}
