/** Traces on disk: one JSON line each, without tokens and secrets, bounded by moving the old file aside once. */
import { appendFile, rename, stat } from "node:fs/promises";
import { redactTrace } from "../trace/redact.ts";
import type { TraceRing } from "../trace/ring.ts";

/** Bytes of one file; there are two at most. */
const LIMIT = 10_000_000;

/** Writes what the ring receives from now on; returns the way to stop, which waits for what is on its way. */
export function keepTraces(traces: TraceRing, path: string, limit: number = LIMIT): () => Promise<void> {
  let pending: string[] = [];
  let writing: Promise<void> | undefined;
  const write = async () => {
    while (pending.length > 0) {
      const lines = pending.join("");
      pending = [];
      const size = await stat(path).then(
        (found) => found.size,
        () => 0,
      );
      if (size > limit) await rename(path, `${path}.1`);
      await appendFile(path, lines, { mode: 0o600 });
    }
  };
  const stop = traces.follow((trace) => {
    pending.push(`${JSON.stringify(redactTrace(trace))}\n`);
    // A full disk must not take the stack down with its traces.
    writing ??= write()
      .catch(() => {})
      .finally(() => {
        writing = undefined;
      });
  });
  return async () => {
    stop();
    await writing;
    await write().catch(() => {});
  };
}
