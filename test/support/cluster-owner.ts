/** A process that owns a cluster until it is killed. Arguments: data directory, flags. Prints one line of JSON. */
import { startCluster } from "../../src/postgres/cluster.ts";
import { icuEnglish } from "../../src/postgres/flavour.ts";

const [dataDirectory = "", ...flags] = process.argv.slice(2);
try {
  const cluster = await startCluster({
    dataDirectory,
    flavour: icuEnglish,
    durability: "throw-away",
    removeOnStop: flags.includes("--remove"),
  });
  console.log(JSON.stringify({ pid: cluster.pid, port: cluster.port, url: cluster.url(), uid: process.getuid?.() }));
  if (flags.includes("--stop")) await cluster.stop();
  else setInterval(() => {}, 60_000);
} catch (error) {
  console.log(JSON.stringify({ code: (error as { code?: string }).code, message: (error as Error).message }));
}
