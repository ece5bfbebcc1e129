/** Talks to a stack that runs in another process. */
import { request } from "node:http";
import { StackError } from "../errors.ts";
import { placesIn } from "../places.ts";
import { type RunRecord, readRun } from "../run-file.ts";
import { fromWire, type OperationName, type Operations, type WireError } from "./protocol.ts";

export interface ControlClient {
  readonly pid: number;
  /** Rejects with the error of the other side. */
  call<Name extends OperationName>(
    name: Name,
    ...input: Operations[Name]["input"] extends undefined ? [] : [Operations[Name]["input"]]
  ): Promise<Operations[Name]["output"]>;
}

/** The stack of a directory, or undefined when none runs there. Throws when one is still starting. */
export function findStack(directory: string): ControlClient | undefined {
  const run = readRun(placesIn(directory).run);
  if (run === undefined) return undefined;
  if (run.control !== undefined) return controlClient(run.pid, run.control);
  throw new StackError("NOT_RUNNING", {
    what: "The stack of this directory is still starting.",
    why: `Process ${run.pid} has not finished.`,
    next: "Try again in a moment.",
  });
}

/** The same, or a `NOT_RUNNING` error. */
export function requireStack(directory: string): ControlClient {
  const found = findStack(directory);
  if (found !== undefined) return found;
  throw new StackError("NOT_RUNNING", {
    what: "No stack is running in this directory.",
    why: `Nothing has been started in ${directory}, or it has been stopped.`,
    next: "Start one with flux-dev up; flux-dev list shows what runs elsewhere.",
  });
}

export function controlClient(pid: number, control: NonNullable<RunRecord["control"]>): ControlClient {
  return {
    pid,
    call: async (name, ...[input]) => {
      const { output, error } = await post<{ output: never; error?: WireError }>(
        `${control.url}/${name}`,
        control.token,
        input,
      );
      if (error !== undefined) throw await fromWire(error);
      return output;
    },
  };
}

function post<T>(url: string, token: string, input: unknown): Promise<T> {
  const body = input === undefined ? "" : JSON.stringify(input);
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) =>
      reject(
        new StackError(
          "CONTROL_FAILED",
          {
            what: "The running stack does not answer.",
            why: (cause as Error).message,
            next: "Stop it with flux-dev down and start it again.",
          },
          cause,
        ),
      );
    const outgoing = request(
      url,
      { method: "POST", headers: { authorization: `Bearer ${token}` } },
      async (incoming) => {
        try {
          const chunks: Buffer[] = [];
          for await (const chunk of incoming) chunks.push(chunk as Buffer);
          resolve(JSON.parse(Buffer.concat(chunks).toString()) as T);
        } catch (error) {
          fail(error);
        }
      },
    );
    outgoing.on("error", fail);
    outgoing.end(body);
  });
}
