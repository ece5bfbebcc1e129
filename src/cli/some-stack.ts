/** For questions that any stack of the project can answer: the one that runs here, else one of its own for the while. */
import type { ModeName } from "../project/mode/types.ts";
import { type ControlClient, findStack } from "../stack/control/client.ts";
import type { OperationName, Operations } from "../stack/control/protocol.ts";
import { progress } from "./terminal.ts";

export type AskStack = Pick<ControlClient, "call">;

/** `quiet`: no word about what takes time. */
export async function withSomeStack<T>(
  { mode, quiet }: { mode?: ModeName | undefined; quiet: boolean },
  work: (stack: AskStack) => Promise<T>,
): Promise<T> {
  const running = findStack(process.cwd());
  if (running !== undefined) return work(running);
  const status = progress(quiet);
  const [{ startStack }, { operationsOf }] = await Promise.all([
    import("../stack/start.ts"),
    import("../stack/control/operations.ts"),
  ]);
  const stack = await startStack({
    directory: process.cwd(),
    throwAway: true,
    mode,
    onProgress: status.step,
  }).finally(status.done);
  const operations = operationsOf(stack, () => {});
  const call = <Name extends OperationName>(name: Name, ...[input]: unknown[]) =>
    operations[name](input as Operations[Name]["input"]);
  try {
    return await work({ call });
  } finally {
    await stack.stop();
  }
}
