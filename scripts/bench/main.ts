// `npm run bench -- NAME [options]`: measurements. Each is a file beside this one that exports `usage` and `run`.
import { readdirSync } from "node:fs";

export interface Bench {
  readonly usage: string;
  /** @param args what follows the name on the command line */
  run(args: readonly string[]): Promise<void>;
}

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && file !== "main.ts")
  .map((file) => file.slice(0, -".ts".length));

const [name = "", ...args] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`npm run bench -- NAME [options]; --help after a name lists its options.\nNames: ${names.join(", ")}`);
  process.exitCode = 2;
} else {
  const bench = (await import(`./${name}.ts`)) as Bench;
  if (args.includes("--help")) console.log(bench.usage);
  else await bench.run(args);
}
