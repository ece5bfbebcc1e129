/**
 * A server must not outlive its owner, and `kill -9` leaves the owner no last word. So a shell waits on a pipe that only
 * the owner holds: when it closes without the word `done`, the owner is dead and the shell stops the server.
 */
import { spawn } from "node:child_process";
import type { Account } from "./account.ts";

export interface Watchdog {
  /** Tells it which server to watch. Called in the same tick that made the server, so that no gap remains. */
  watch(pid: number): void;
  /** The owner stopped the server itself; nothing is left to do. */
  dismiss(): void;
}

// $1: signal, $2: a directory to remove afterwards, or empty. `kill -0` asks whether the server is still there.
const script = `
read -r pid || exit 0
read -r word
[ "$word" = done ] && exit 0
kill -s "$1" "$pid" 2>/dev/null
n=0
while kill -0 "$pid" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done
kill -s KILL "$pid" 2>/dev/null
[ -n "$2" ] && rm -rf -- "$2"
exit 0
`;

/**
 * Starts the watching shell. `removeAfterwards` is for throw-away data: it goes with its owner. Windows has no such shell;
 * there the next start finds the orphan by its pid file and stops it.
 */
export function startWatchdog(options: {
  account: Account | undefined;
  signal: "INT" | "QUIT";
  removeAfterwards: string | undefined;
}): Watchdog {
  if (process.platform === "win32") return { watch: () => {}, dismiss: () => {} };
  const shell = spawn("/bin/sh", ["-c", script, "flux-dev-watchdog", options.signal, options.removeAfterwards ?? ""], {
    // A session of its own: a Ctrl-C in the terminal must not end the watchdog before its owner.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
    ...options.account,
  });
  // The pipe breaks when somebody kills the shell; the server then simply has no watchdog.
  shell.on("error", () => {});
  shell.stdin.on("error", () => {});
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  return {
    watch: (pid) => void shell.stdin.write(`${pid}\n`),
    dismiss: () => void shell.stdin.end("done\n"),
  };
}
