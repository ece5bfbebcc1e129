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
/** Bytes that are gathered at most. As bytes, because the garbage collector would move strings that wait. */
const ROOM = 64 * 1024;

/** A file beyond this many bytes moves aside when a stack starts. */
const LIMIT = 10_000_000;

const noBytes = Buffer.alloc(0);

export class Logbook {
  readonly #path: string | undefined;
  readonly #stream: WriteStream | undefined;
  readonly #listeners = new Set<(entry: LogEntry) => void>();
  #gathered = noBytes;
  #length = 0;

  /** Without a path nothing is kept. */
  constructor(path: string | undefined) {
    this.#path = path;
    if (path === undefined) return;
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LIMIT) renameSync(path, `${path}.1`);
    this.#stream = createWriteStream(path, { flags: "a", mode: 0o600 });
    // A full disk must not take the stack down with its log.
    this.#stream.on("error", () => {});
  }

  write(source: LogSource, kind: LogEntry["kind"], text: string, data?: unknown): void {
    const entry: LogEntry = { time: Date.now(), source, kind, text, data };
    if (this.#stream !== undefined) this.#gather(lineOf(entry));
    for (const listener of this.#listeners) listener(entry);
  }

  #gather(line: string): void {
    // The most that UTF-8 can need.
    const most = line.length * 3;
    if (this.#length + most > this.#gathered.length) {
      this.#flush();
      this.#gathered = Buffer.allocUnsafeSlow(Math.max(ROOM, most));
    }
    if (this.#length === 0) setTimeout(() => this.#flush(), GATHER);
    this.#length += this.#gathered.write(line, this.#length);
  }

  /** What is gathered, in memory of its own. */
  #taken(): Buffer {
    const bytes = Buffer.from(this.#gathered.subarray(0, this.#length));
    this.#length = 0;
    return bytes;
  }

  #flush(): void {
    if (this.#length > 0) this.#stream?.write(this.#taken());
  }

  /** The last words of a process that is about to end: written before this returns. */
  crash(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const entry: LogEntry = { time: Date.now(), source: "stack", kind: "warning", text };
    if (this.#path !== undefined)
      appendFileSync(this.#path, Buffer.concat([this.#taken(), Buffer.from(lineOf(entry))]));
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
function lineOf({ time, source, kind, text, data }: LogEntry): string {
  const record = data === undefined ? "" : `,"data":${JSON.stringify(data)}`;
  return `{"time":${time},"source":"${source}","kind":"${kind}","text":${JSON.stringify(text)}${record}}\n`;
}
