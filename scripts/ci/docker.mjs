// Runs a command with a Docker engine and images for it, where these can be had, and without them where not:
// `node scripts/ci/docker.mjs <command …>`. The tests of the Docker parts say by themselves when they are skipped.
import { spawn, spawnSync } from "node:child_process";
import { dockerEngine } from "./docker-engine.mjs";
import { buildStandIns, testImages } from "./stand-ins.mjs";

const [command, ...args] = process.argv.slice(2);
const engine = await dockerEngine().catch((error) => console.log(`No Docker engine: ${error.message}.`));
Object.assign(process.env, engine?.env);
try {
  if (engine !== undefined) await buildImages();
  process.exitCode = await run();
} finally {
  await engine?.stop();
}

async function buildImages() {
  const built = spawnSync(process.execPath, ["scripts/ensure.mjs", "--build"], { stdio: "inherit" });
  if (built.status !== 0) throw new Error("The build failed.");
  await buildStandIns();
  process.env.FLUX_DEV_TEST_IMAGES = JSON.stringify(testImages);
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
