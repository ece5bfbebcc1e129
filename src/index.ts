/** What the package offers to programs. */
export type { StackInfo } from "./stack/info.ts";
export type { RunningStack } from "./stack/running-stack.ts";
export { type StackOptions, startStack } from "./stack/start.ts";
