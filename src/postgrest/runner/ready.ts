/** When a PostgREST that was just started answers. */
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Resolves as soon as it answers anything but 503, which it does until the schema cache is loaded. Rejects after `patience`
 * milliseconds with what it said last, or at once when `over` says why waiting is in vain.
 */
export async function untilReady(url: string, patience: number, over: () => string | undefined): Promise<void> {
  let last = "nothing listens there";
  for (const deadline = Date.now() + patience; Date.now() < deadline; await sleep(25)) {
    const reason = over();
    if (reason !== undefined) throw new Error(reason);
    try {
      const { status, body } = await fetch(url, { signal: AbortSignal.timeout(2000) });
      await body?.cancel();
      if (status !== 503) return;
      last = "it answers 503, so it cannot use its database";
    } catch (error) {
      const { code, message } = ((error as Error).cause ?? error) as Error & { code?: string };
      last = code === "ECONNREFUSED" ? "nothing listens there" : message;
    }
  }
  throw new Error(`It is not ready after ${patience / 1000} s: ${last}.`);
}
