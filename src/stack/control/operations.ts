/** What a running stack does when a command asks it to. */
import type { PushedTarget } from "../../database/apply.ts";
import { summaryOf } from "../diagnosis/trace-summary.ts";
import type { RunningStack } from "../running-stack.ts";
import { type OperationName, type Operations, toWire } from "./protocol.ts";

export type Handlers = {
  [Name in OperationName]: (input: Operations[Name]["input"]) => Promise<Operations[Name]["output"]>;
};

/** `down` is answered first and carried out by `onDown` afterwards. */
export function operationsOf(stack: RunningStack, onDown: () => void): Handlers {
  return {
    info: async () => stack.info(),
    environment: async () => stack.environment(),
    examples: () => stack.examples(),
    mode: async ({ mode }) => {
      await stack.switchMode(mode);
      return stack.info();
    },
    push: async ({ target, ...choice }) => {
      const pushed: PushedTarget[] = [];
      try {
        await stack.push(target, choice, pushed);
        return { pushed };
      } catch (error) {
        return { pushed, error: toWire(error) };
      }
    },
    migrations: () => stack.migrations(),
    planPush: (request) => stack.planPush(request),
    reset: async () => [...(await stack.reset())],
    restore: async ({ name }) => {
      await stack.restore(name);
      return stack.info();
    },
    token: async (input) => stack.token(input),
    explainToken: async ({ jwt }) => stack.explainToken(jwt),
    why: (question) => stack.diagnosis.why(question),
    diff: (request) => stack.diagnosis.diff(request),
    traces: async () => stack.traces.all().map(summaryOf),
    lint: ({ mode }) => stack.diagnosis.lint(mode),
    matrix: ({ mode }) => stack.diagnosis.matrix(mode),
    coverage: ({ mode }) => stack.diagnosis.coverage(mode),
    state: async ({ state }) => {
      if (state !== undefined) stack.setProjectState(state);
      return { state: stack.projectState, mode: stack.mode };
    },
    fault: async ({ fault }) => {
      if (fault !== undefined) stack.setFault(fault);
      return stack.fault ?? null;
    },
    down: async () => {
      setImmediate(onDown);
      return { pid: process.pid };
    },
  };
}
