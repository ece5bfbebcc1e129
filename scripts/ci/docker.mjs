// Runs a command with a Docker engine and images for it, where these can be had, and without them where not:
// `node scripts/ci/docker.mjs <command …>`. The tests of the Docker parts say by themselves when they are skipped.
import { spawn, spawnSync } from "node:child_process";
import { dockerEngine } from "./docker-engine.mjs";
import { importImage } from "./image.mjs";
import { buildStandIns, testImages } from "./stand-ins.mjs";

const [command, ...args] = process.argv.slice(2);
const engine = await provide();
try {
  process.exitCode = await run();
} finally {
  await engine?.stop();
}

/**
 * The engine with its images, or undefined with the reason said: where containers cannot run, nothing has failed. Where
 * they can, images that cannot be made are a fault of this project's, which must not pass for a machine without Docker.
 */
async function provide() {
  let engine;
  try {
    engine = await dockerEngine();
    await runSomething({ ...process.env, ...engine.env });
  } catch (error) {
    console.log(`No Docker engine: ${error.message}`);
    await engine?.stop();
    return;
  }
  Object.assign(process.env, engine.env);
  try {
    const built = spawnSync(process.execPath, ["scripts/ensure.mjs", "--build"], { stdio: "inherit" });
    if (built.status !== 0) throw new Error("The build failed.");
    await buildStandIns();
  } catch (error) {
    await engine.stop();
    throw error;
  }
  process.env.FLUX_DEV_TEST_IMAGES = JSON.stringify(testImages);
  return engine;
}

/** An engine may answer where no container may run: in a sandbox, say. */
async function runSomething(env) {
  const name = "flux-dev-standin/nothing";
  await importImage(name, { programs: ["/bin/true"], changes: ['CMD ["/bin/true"]'] }, env);
  const ran = spawnSync("docker", ["run", "--rm", "--network=none", name], { env, encoding: "utf8" });
  spawnSync("docker", ["image", "rm", name], { env });
  if (ran.status !== 0) throw new Error(`containers do not run on it: ${ran.stderr.trim().split("\n")[0]}`);
}

function run() {
  const child = spawn(command, args, { stdio: "inherit" });
  // A Ctrl-C goes to the whole group; the engine must still be stopped after the command has ended.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.once("exit", (code) => done(code ?? 1));
  });
}
