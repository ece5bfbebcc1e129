/** The flags of `flux push` that say how a file is run, and which of them go together. Pure. */

export type PushMode = "raw" | "versioned" | "repeatable";

export interface PushChoice {
  /** `raw`, `versioned` or `repeatable`, in any case; absent: by where the file is. */
  readonly mode?: string | undefined;
  /** Run a repeatable script although it has not changed. */
  readonly force?: boolean | undefined;
  /** Id of a repeatable script; default its path. */
  readonly id?: string | undefined;
}

/** How a single file is run. Throws with the platform's texts. */
export function fileMode({ mode: asked, force }: PushChoice, usual: PushMode): PushMode {
  const mode = namedMode(asked) ?? usual;
  if (force && mode !== "repeatable") throw new Error("--force requires --mode repeatable.");
  return mode;
}

/** Directories are versioned, whatever is asked for. Throws with the platform's texts. */
export function directoryMode({ mode: asked, force }: PushChoice): PushMode {
  const mode = namedMode(asked);
  if (mode === "raw") {
    throw new Error("--mode raw applies to single SQL files only. Directory pushes always use versioned migrations.");
  }
  if (mode === "repeatable") {
    throw new Error(
      "--mode repeatable applies to single SQL files only. Use versioned migrations in a directory, or push one repeatable script at a time.",
    );
  }
  if (force) throw new Error("--force requires --mode repeatable on a single SQL file.");
  return "versioned";
}

function namedMode(asked: string | undefined): PushMode | undefined {
  const mode = asked?.toLowerCase();
  if (mode === undefined || mode === "raw" || mode === "versioned" || mode === "repeatable") return mode;
  throw new Error("Invalid --mode. Use one of: raw, versioned, repeatable.");
}
