/** For questions that any stack of the project can answer: the one that runs here, else one of its own for the while. */
import type { ModeName } from "../project/mode/types.ts";
import { type ControlClient, findStack } from "../stack/control/client.ts";
import type { OperationName, Operations } from "../stack/control/protocol.ts";
import { progress } from "./terminal.ts";

export type AskStack = Pick<ControlClient, "call">;

interface SomeStack {
  readonly mode?: ModeName | undefined;
  /** No word about what takes time. */
  readonly quiet: boolean;
  /** Where there is one, statements of the project that fail are left out, and it hears why, one by one. */
  readonly onFailure?: (error: Error) => void;
}

export async function withSomeStack<T>(
  { mode, quiet, onFailure }: SomeStack,
  work: (stack: AskStack) => Promise<T>,
): Promise<T> {
  const running = findStack(process.cwd());
  if (running !== undefined) return work(running);
  const status = progress(quiet);
  const [{ startStack }, { startWithout }, { operationsOf }] = await Promise.all([
    import("../stack/start.ts"),
    import("../stack/start-without.ts"),
    import("../stack/control/operations.ts"),
  ]);
  const options = { directory: process.cwd(), throwAway: true, mode, onProgress: status.step };
  const started =
    onFailure === undefined ? startStack(options).then((own) => ({ stack: own, left: [] })) : startWithout(options);
  const { stack, left } = await started.finally(status.done);
  for (const error of left) onFailure?.(error);
  const operations = operationsOf(stack, () => {});
  const call = <Name extends OperationName>(name: Name, ...[input]: unknown[]) =>
    operations[name](input as Operations[Name]["input"]);
  try {
    return await work({ call });
  } finally {
    await stack.stop();
  }
}
