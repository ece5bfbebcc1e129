#!/usr/bin/env node
import { reportError } from "./errors.ts";
import { buildProgram } from "./program.ts";

const args = process.argv.slice(2);
// What follows `--` belongs to somebody else's command.
const own = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;

// `flux-dev logs | head` closes the pipe; that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
});

const json = own.includes("--json");
try {
  await buildProgram({ json }).parseAsync(process.argv);
} catch (error) {
  process.exitCode = reportError(error, { json, debug: own.includes("--debug") });
}
