// A Docker engine for CI: the one that answers already, or a private one that is gone without a trace afterwards.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const present = { env: {}, stop: async () => {} };

const run = (command, args, options = {}) => spawnSync(command, args, { encoding: "utf8", ...options });

/** Milliseconds. */
const PATIENCE = 60_000;

/** `{ env, stop }`: the variables by which programs find the engine. Throws with the reason why not. */
export async function dockerEngine() {
  if (answers(process.env)) return present;
  if (process.platform !== "linux") throw new Error("none answers, and one can be started on Linux only");
  if (process.getuid() !== 0) throw new Error("none answers, and only root can start one");
  install();
  // Where a service manager runs, the package has started one.
  if (answers(process.env)) return present;
  return startPrivate();
}

const answers = (env) => run("docker", ["version"], { env, timeout: 10_000 }).status === 0;

function install() {
  if (run("dockerd", ["--version"]).status === 0 && run("docker", ["--version"]).status === 0) return;
  console.log("Installing docker.io …");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [
    ["update", "-qq"],
    ["install", "-y", "-qq", "--no-install-recommends", "docker.io"],
  ]) {
    const done = run("apt-get", args, { env, timeout: 180_000 });
    if (done.status !== 0) throw new Error(`apt-get ${args[0]} failed: ${lastLine(done.stderr ?? String(done.error))}`);
  }
}

async function startPrivate() {
  const home = mkdtempSync(join(tmpdir(), "flux-dev-dockerd-"));
  const host = `unix://${home}/socket`;
  const log = openSync(join(home, "log"), "a");
  const paths = ["--data-root", "data", "--exec-root", "exec", "--pidfile", "pid"].map((word, index) =>
    index % 2 === 0 ? word : join(home, word),
  );
  // It leaves the machine's firewall alone: ports are published by its proxy, and nothing goes out to the world.
  const network = ["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"];
  const daemon = spawn("dockerd", [...paths, "--host", host, ...network], { stdio: ["ignore", log, log] });
  const ended = new Promise((done) => daemon.once("exit", done).once("error", done));
  const bridges = openBridges();
  const stop = async () => {
    daemon.kill("SIGTERM");
    const late = sleep(30_000, undefined, { ref: false }).then(() => daemon.kill("SIGKILL"));
    await Promise.race([ended, late]);
    await ended;
    bridges.close();
    rmSync(home, { recursive: true, force: true });
  };
  // testcontainers thinks that a machine which is a container itself reaches published ports elsewhere.
  const env = { DOCKER_HOST: host, TESTCONTAINERS_HOST_OVERRIDE: "127.0.0.1" };
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline && daemon.exitCode === null; await sleep(100))
    if (answers({ ...process.env, ...env })) return { env, stop };
  const why = lastLine(readFileSync(join(home, "log"), "utf8"));
  await stop();
  throw new Error(`dockerd does not start: ${why}`);
}

/**
 * An engine that was here before may have left the rule that nothing is forwarded, and the kernel may apply it to bridges:
 * then containers of one network do not reach each other.
 */
function openBridges() {
  const rule = ["FORWARD", "-i", "br-+", "-o", "br-+", "-j", "ACCEPT"];
  const made = run("iptables", ["-I", ...rule]).status === 0;
  return { close: () => made && run("iptables", ["-D", ...rule]) };
}

const lastLine = (text) => text.trim().split("\n").at(-1);
