/** `up --detach`: a child in the background owns the stack and reports over a channel until it is ready. */
import { spawn } from "node:child_process";
import { fromWire, toWire, type WireError } from "../stack/control/protocol.ts";
import type { Example } from "../stack/examples.ts";
import type { StackInfo } from "../stack/info.ts";
import type { StackOptions } from "../stack/start.ts";

type ChildOptions = Pick<
  StackOptions,
  "directory" | "mode" | "port" | "fresh" | "from" | "strict" | "postgres" | "postgrest" | "iKnow"
>;

type Message =
  | { readonly kind: "progress"; readonly text: string }
  | { readonly kind: "ready"; readonly info: StackInfo; readonly examples: Example[] }
  | { readonly kind: "failed"; readonly error: WireError };

/** Hidden argument that makes `up` the child's side. */
export const CHILD_FLAG = "--as-detached-child";

/** Starts the child and waits until it is ready or has failed. It lives on when this process ends. */
export function startDetached(
  options: ChildOptions,
  onProgress: (text: string) => void,
): Promise<{ info: StackInfo; examples: Example[] }> {
  const entry = process.argv[1]!;
  const child = spawn(process.execPath, [...process.execArgv, entry, "up", CHILD_FLAG, JSON.stringify(options)], {
    cwd: options.directory,
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    windowsHide: true,
  });
  return new Promise((resolve, reject) => {
    let hasReported = false;
    const settle = (finish: () => void) => {
      hasReported = true;
      if (child.connected) child.disconnect();
      child.unref();
      finish();
    };
    child.on("message", (message: Message) => {
      if (message.kind === "progress") onProgress(message.text);
      else if (message.kind === "ready") settle(() => resolve(message));
      else settle(() => void fromWire(message.error).then(reject));
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      const problem = Object.assign(new Error(`The background process ended (${signal ?? `exit ${code}`}).`), {
        next: "flux-dev logs shows what it said last; flux-dev up without --detach shows it as it happens.",
      });
      // Its report may still be on its way, or be read while it ends.
      const unlessReported = () => hasReported || reject(problem);
      if (child.connected) child.once("disconnect", unlessReported);
      else unlessReported();
    });
  });
}

/** The child's side. A parent that goes away before the stack is ready takes it along. */
export async function runDetachedChild(text: string): Promise<void> {
  const options = JSON.parse(text) as ChildOptions;
  const { serve } = await import("./serve.ts");
  // Once the stack is ready nobody listens any more.
  const send = (message: Message) => void (process.connected && process.send?.(message));
  let ready = false;
  const abandoned = new Promise<void>((resolve) => {
    process.once("disconnect", () => ready || resolve());
  });
  try {
    await serve({
      ...options,
      until: abandoned,
      onProgress: (progress) => send({ kind: "progress", text: progress }),
      onReady: (_, info, examples) => {
        ready = true;
        send({ kind: "ready", info, examples });
      },
    });
  } catch (error) {
    if (!process.connected) throw error;
    send({ kind: "failed", error: toWire(error) });
  }
}
