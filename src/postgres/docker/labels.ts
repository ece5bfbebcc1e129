/** How flux-dev knows its own containers again: by labels that name their owner, a process of some machine. */
import { hostname } from "node:os";
import { processInfo } from "../process-info.ts";

/** One stack's run. Whatever carries it goes when the run is over. */
export const RUN = "flux-dev.run";
const OWNER = "flux-dev.owner";
/** The project's directory; on volumes, which outlive runs. */
export const DIRECTORY = "flux-dev.directory";

export function runLabels(run: string, directory: string): Record<string, string> {
  const started = processInfo(process.pid)?.started ?? "";
  return { [RUN]: run, [OWNER]: `${hostname()}/${process.pid}/${started}`, [DIRECTORY]: directory };
}

/** True when the labels' owner was a process of this machine and is gone. Others' owners cannot be judged from here. */
export function isOrphan(labels: Readonly<Record<string, string>> | undefined): boolean {
  const [host, pid, started] = labels?.[OWNER]?.split("/") ?? [];
  if (labels?.[RUN] === undefined || host !== hostname()) return false;
  return processInfo(Number(pid))?.started !== started;
}
