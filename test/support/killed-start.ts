/** The first start of a stack, killed as soon as it says that something begins. Arguments: directory, options as JSON, what. */
import { startStack } from "../../src/stack/start.ts";

const [directory = "", options = "{}", begins = ""] = process.argv.slice(2);
const onProgress = (text: string) => {
  if (text.startsWith(begins)) process.kill(process.pid, "SIGKILL");
};
await startStack({ directory, onProgress, ...JSON.parse(options) });
