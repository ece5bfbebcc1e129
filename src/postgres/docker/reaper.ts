/**
 * Containers must not outlive their owner, and `kill -9` leaves the owner no last word. So a small process waits on a pipe
 * that only the owner holds: when it closes before the word `done`, the run's containers and network are removed. It needs
 * no image and no access to the engine's socket from inside a container, unlike testcontainers' own reaper.
 */
import { spawn } from "node:child_process";
import type { DockerEngine } from "./engine.ts";

export interface Reaper {
  /** The run has ended in order. */
  dismiss(): void;
}

// Loads nothing until it is needed. Arguments: URL of testcontainers, label.
const script = `
const [library, label] = process.argv.slice(1);
let words = "";
process.stdin.on("data", (data) => (words += data));
process.stdin.on("error", () => {});
process.stdin.on("close", async () => {
  if (words.includes("done")) return;
  const { default: testcontainers } = await import(library);
  const { dockerode } = (await testcontainers.getContainerRuntimeClient()).container;
  const filters = { label: [label] };
  for (const { Id } of await dockerode.listContainers({ all: true, filters }))
    await dockerode.getContainer(Id).remove({ force: true, v: true }).catch(() => {});
  for (const { Id } of await dockerode.listNetworks({ filters })) await dockerode.getNetwork(Id).remove().catch(() => {});
});
`;

export function startReaper({ url }: DockerEngine, label: string): Reaper {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script, "--", url, label], {
    // A session of its own: a Ctrl-C in the terminal must not end the reaper before its owner.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
    // Options for the owner (a loader, an inspector's port) are not for its reaper.
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  return { dismiss: () => child.stdin.end("done\n") };
}
