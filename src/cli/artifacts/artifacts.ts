/** `exec --artifacts DIR`: what helps to understand a failed run, kept beside it; after a good one nothing stays. */
import { chmod, mkdir, rm, rmdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { schemaSql } from "../../database/schema-sql.ts";
import type { LogEntry } from "../../stack/logbook.ts";
import type { RunningStack } from "../../stack/running-stack.ts";
import { redactTrace } from "../../trace/redact.ts";
import { type Failure, reproScript } from "./repro.ts";

export class Artifacts {
  readonly directory: string;
  readonly #entries: LogEntry[] = [];

  /** Makes the directory, which Postgres writes its log into from the start. */
  static async open(directory: string): Promise<Artifacts> {
    const path = resolve(directory);
    await mkdir(path, { recursive: true });
    return new Artifacts(path);
  }

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** Notes what the stack's log says from now on. */
  follow(stack: RunningStack): void {
    stack.log.listen((entry) => this.#entries.push(entry));
  }

  /** Writes everything; the stack must still run. */
  async keep(stack: RunningStack, failure: Omit<Failure, "traces" | "users">): Promise<void> {
    const { users } = stack.project;
    const traces = stack.traces.all();
    const schema = stack.info().apiSchema;
    const sql = await stack
      .withDatabase((client) => schemaSql(client, schema))
      .catch((error) => `-- ${error.message}\n`);
    await this.#write("traces.jsonl", lines(traces.map(redactTrace)));
    await this.#write("flux-dev.log", lines(this.#entries));
    await this.#write("schema.sql", sql);
    await this.#write("repro.sh", reproScript({ ...failure, traces, users }));
    await chmod(join(this.directory, "repro.sh"), 0o755);
  }

  /** Takes away what was written so far, and the directory if nothing else is in it. */
  async discard(): Promise<void> {
    for (const mode of ["v1", "v2"]) await rm(serverLog(this.directory, mode), { force: true });
    await rmdir(this.directory).catch(() => {});
  }

  async #write(name: string, text: string): Promise<void> {
    await writeFile(join(this.directory, name), text);
  }
}

const serverLog = (directory: string, mode: string): string => join(directory, `postgres-${mode}.log`);

const lines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join("");
