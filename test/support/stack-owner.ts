/** A process that owns a throw-away stack until it is killed. Arguments: directory, options as JSON. Prints one line of JSON. */
import { startStack } from "../../src/stack/start.ts";

const [directory = "", options = "{}"] = process.argv.slice(2);
const stack = await startStack({ directory, throwAway: true, ...JSON.parse(options) });
console.log(JSON.stringify(stack.info()));
setInterval(() => {}, 60_000);
