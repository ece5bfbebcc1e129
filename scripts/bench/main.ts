// `npm run bench -- NAME [options]`: measurements. Each is a file beside this one that exports `usage` and `run`. They are
// compiled first, as what is installed is: a loader's helpers would be measured with the rest.
import { readdirSync } from "node:fs";

export interface Bench {
  readonly usage: string;
  /** @param args what follows the name on the command line */
  run(args: readonly string[]): Promise<void>;
}

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".js") && file !== "main.js")
  .map((file) => file.slice(0, -".js".length));

const [name = "", ...args] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`npm run bench -- NAME [options]; --help after a name lists its options.\nNames: ${names.join(", ")}`);
  process.exitCode = 2;
} else {
  const bench = (await import(`./${name}.js`)) as Bench;
  if (args.includes("--help")) console.log(bench.usage);
  else await bench.run(args);
}
