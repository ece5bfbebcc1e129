/**
 * A server must not outlive its owner, and `kill -9` leaves the owner no last word. So a shell waits on a pipe that only
 * the owner holds: when it closes before the word `gone`, the owner is dead and the shell stops the server.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import type { Writable } from "node:stream";
import type { Account } from "./account.ts";

export interface Watchdog {
  /** Tells it which server to watch. Called in the same tick that made the server, so that no gap remains. */
  watch(pid: number): void;
  /** The server has ended; its process number may soon be somebody else's. */
  gone(): void;
  /** Nothing is left to watch. Resolves when the directory to remove is gone, unless it is to be kept. */
  dismiss(directory: "remove" | "keep"): Promise<void>;
}

// $1: signal, $2: a directory to remove afterwards, or empty. `kill -0` asks whether the server is still there.
const script = `
read -r pid || exit 0
read -r word
if [ "$word" != gone ]; then
  kill -s "$1" "$pid" 2>/dev/null
  n=0
  while kill -0 "$pid" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done
  kill -s KILL "$pid" 2>/dev/null
fi
[ -n "$2" ] || exit 0
read -r word
[ "$word" = keep ] || rm -rf -- "$2"
`;

interface WatchdogOptions {
  readonly account: Account | undefined;
  readonly signal: "INT" | "QUIT";
  /** Throw-away data goes with its owner. (`rm` does it six times faster than Node, too.) */
  readonly removeAfterwards: string | undefined;
}

/** Windows has no such shell; there the next start finds the orphan by its pid file and stops it. */
export function startWatchdog(options: WatchdogOptions): Watchdog {
  return process.platform === "win32" ? windowsStandIn(options) : startShell(options);
}

function startShell({ signal, removeAfterwards = "", account }: WatchdogOptions): Watchdog {
  const shell = spawn("/bin/sh", ["-c", script, "flux-dev-watchdog", signal, removeAfterwards], {
    // A session of its own: a Ctrl-C in the terminal must not end the watchdog before its owner.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
    env: { PATH: `${process.env["PATH"] ?? ""}:/usr/bin:/bin` },
    ...account,
  });
  letGo(shell);
  return {
    watch: (pid) => void shell.stdin.write(`${pid}\n`),
    gone: () => void shell.stdin.write("gone\n"),
    dismiss: async (directory) => {
      shell.stdin.end(`${directory}\n`);
      if (removeAfterwards === "" || directory === "keep") return;
      shell.ref();
      if (shell.exitCode === null && shell.signalCode === null) {
        await new Promise((resolve) => shell.once("exit", resolve).once("error", resolve));
      }
      await rm(removeAfterwards, { recursive: true, force: true });
    },
  };
}

// $1: the directory; a draft of it has a suffix. A server may go on writing for a moment, so more than one try.
const sweep = `
read -r word
left() { for path in "$1" "$1".*.tmp; do [ -e "$path" ] && return 0; done; return 1; }
n=0
while left "$1" && [ $n -lt 100 ]; do rm -rf -- "$1" "$1".*.tmp 2>/dev/null || sleep 0.1; n=$((n+1)); done
`;

/**
 * Removes a temporary directory when this process ends without having released it, by whatever end. Made before the
 * directory is, so that no moment is left out.
 */
export function guardDirectory(path: string): { release(): void } {
  if (process.platform === "win32") return { release: () => {} };
  const shell = spawn("/bin/sh", ["-c", sweep, "flux-dev-sweep", path], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
  });
  letGo(shell);
  return { release: () => shell.kill("SIGKILL") };
}

/** Neither the shell nor its pipe keeps the owner running; that somebody kills the shell is no fault of the owner's. */
function letGo(shell: ChildProcessByStdio<Writable, null, null>): void {
  shell.on("error", () => {});
  // The pipe breaks when somebody kills the shell; nobody watches then.
  shell.stdin.on("error", () => {});
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
}

function windowsStandIn({ removeAfterwards }: WatchdogOptions): Watchdog {
  return {
    watch: () => {},
    gone: () => {},
    dismiss: async (directory) => {
      if (removeAfterwards !== undefined && directory === "remove")
        await rm(removeAfterwards, { recursive: true, force: true });
    },
  };
}
