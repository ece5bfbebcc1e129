/** Ports that stay the same from run to run: remembered ones first, then a block that follows from the directory. */
import { createHash } from "node:crypto";
import { StackError } from "./errors.ts";

export type PortName = "service" | "postgrest" | "idp" | "postgres-v2" | "postgres-v1";

const order: readonly PortName[] = ["service", "postgrest", "idp", "postgres-v2", "postgres-v1"];

/** Below the range from which systems take ports for outgoing connections (32768 on Linux, 49152 elsewhere). */
const FIRST = 20_000;
const BLOCKS = 1200;
const BLOCK = 10;
const TRIES = 20;

/** The ports to try for one listener, best first. The directory decides where they begin, so that neighbours differ. */
export function portCandidates(directory: string, name: PortName, remembered: number | undefined): number[] {
  const digest = createHash("sha256").update(directory).digest();
  const start = digest.readUInt32BE(0) % BLOCKS;
  const candidates = Array.from(
    { length: TRIES },
    (_, round) => FIRST + ((start + round) % BLOCKS) * BLOCK + order.indexOf(name),
  );
  return remembered === undefined ? candidates : [remembered, ...candidates.filter((port) => port !== remembered)];
}

export interface PortChoice {
  readonly name: PortName;
  /** A port the user asked for: that one or an error. */
  readonly fixed: number | undefined;
  /** Otherwise the first of these that is free; empty takes any. */
  readonly candidates: readonly number[];
}

/**
 * Binds with the first port that works. `bind` rejects with the code `EADDRINUSE`, `EACCES` or `PORT_TAKEN` when a port
 * cannot be had.
 */
export async function bindFirst<T>(choice: PortChoice, bind: (port: number) => Promise<T>): Promise<T> {
  if (choice.fixed !== undefined) {
    return bind(choice.fixed).catch((error: unknown) => {
      throw isTaken(error) ? portTaken(choice.name, choice.fixed!, error) : error;
    });
  }
  for (const port of choice.candidates) {
    try {
      return await bind(port);
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  return bind(0);
}

const isTaken = (error: unknown): boolean =>
  ["EADDRINUSE", "EACCES", "PORT_TAKEN"].includes((error as { code?: string }).code ?? "");

const labels: Readonly<Record<PortName, string>> = {
  service: "the Service URL",
  postgrest: "PostgREST",
  idp: "the identity provider",
  "postgres-v2": "Postgres (v2)",
  "postgres-v1": "Postgres (v1)",
};

function portTaken(name: PortName, port: number, cause: unknown): StackError {
  const forbidden = (cause as { code?: string }).code === "EACCES";
  return new StackError(
    "PORT_TAKEN",
    {
      what: `Port ${port} for ${labels[name]} cannot be used.`,
      why: forbidden ? "This user may not listen on that port." : "Another program is listening there.",
      next: "Choose another port (--port, or `ports` in the configuration), or leave it out to get a free one.",
    },
    cause,
  );
}
