/** What the operating system says about a process, to tell a cluster of ours from a stranger who got its number. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

export interface ProcessInfo {
  readonly parent: number;
  /** The command line; blanks between arguments are not told apart from blanks inside them. */
  readonly command: string;
  /** When it started, in the system's own notation: with the number it identifies a process beyond doubt. */
  readonly started: string;
}

/** Undefined when there is no such process, or it is only waiting to be buried (a zombie). */
export function processInfo(pid: number): ProcessInfo | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (process.platform === "linux") return fromProc(pid);
  return process.platform === "win32" ? fromPowerShell(pid) : fromPs(pid);
}

function fromProc(pid: number): ProcessInfo | undefined {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    // `pid (name) state ppid …`; the name may hold anything, parentheses too.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields[0] === "Z") return undefined;
    // Field 22 of the whole line: clock ticks since boot.
    return { parent: Number(fields[1]), command, started: fields[19]! };
  } catch {
    return undefined;
  }
}

function fromPs(pid: number): ProcessInfo | undefined {
  const { stdout } = spawnSync("ps", ["-o", "state=,ppid=,lstart=,command=", "-p", String(pid)], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  // `S 1 Mon Nov 24 07:05:00 2026 postgres -D …`
  const [, state, parent, started, command] =
    /^\s*(\S+)\s+(\d+)\s+(\S+(?:\s+\S+){4})\s+(.*)$/m.exec(stdout ?? "") ?? [];
  if (state === undefined || state.startsWith("Z")) return undefined;
  return { parent: Number(parent), command: command!, started: started! };
}

function fromPowerShell(pid: number): ProcessInfo | undefined {
  const query = `Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}' | ForEach-Object { "$($_.ParentProcessId) $($_.CreationDate.Ticks) $($_.CommandLine)" }`;
  const { stdout } = spawnSync("powershell", ["-NoProfile", "-Command", query], { encoding: "utf8" });
  const [, parent, started, command] = /^(\d+) (\d+) (.*)$/m.exec(stdout ?? "") ?? [];
  return parent === undefined ? undefined : { parent: Number(parent), command: command!.trim(), started: started! };
}
