// Runs a command with a Docker engine and images for it, where these can be had, and without them where not:
// `node scripts/ci/docker.mjs <command …>`. The tests of the Docker parts say by themselves when they are skipped.
import { spawn, spawnSync } from "node:child_process";
import { dockerEngine } from "./docker-engine.mjs";
import { buildStandIns, testImages } from "./stand-ins.mjs";

const [command, ...args] = process.argv.slice(2);
const engine = await provide();
try {
  process.exitCode = await run();
} finally {
  await engine?.stop();
}

/** The engine with its images, or undefined with the reason said: where containers cannot run, nothing has failed. */
async function provide() {
  let engine;
  const before = { ...process.env };
  try {
    engine = await dockerEngine();
    Object.assign(process.env, engine.env);
    const built = spawnSync(process.execPath, ["scripts/ensure.mjs", "--build"], { stdio: "inherit" });
    if (built.status !== 0) throw new Error("the build failed");
    await buildStandIns();
    process.env.FLUX_DEV_TEST_IMAGES = JSON.stringify(testImages);
    return engine;
  } catch (error) {
    console.log(`No Docker engine: ${error.message}`);
    process.env = before;
    await engine?.stop();
  }
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
