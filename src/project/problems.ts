/** Mistakes in the user's own files: said in one sentence with the file and the key, never with a stack. */
import { existsSync, readFileSync } from "node:fs";
import type { z } from "zod";

export class ProjectFileError extends Error {
  override readonly name = "ProjectFileError";
  readonly file: string;
  readonly why: string | undefined;
  readonly next: string | undefined;

  /** `more`: what the platform's own sentence leaves out. */
  constructor(file: string, problem: string, more: { why?: string; next?: string } = {}) {
    super(`${file}: ${problem}`);
    this.file = file;
    this.why = more.why;
    this.next = more.next;
  }
}

/** One line per problem, each beginning with the key: `ports.http: expected number, received string`. */
export function problemsOf(file: string, error: z.ZodError): ProjectFileError {
  const lines = error.issues.map((issue) => {
    const key = issue.path.reduce<string>(
      (path, step) =>
        typeof step === "number" ? `${path}[${step}]` : path === "" ? String(step) : `${path}.${String(step)}`,
      "",
    );
    const text = issue.message.replace(/^Invalid input: /, "");
    return key === "" ? text : `${key}: ${text}`;
  });
  return new ProjectFileError(file, lines.length === 1 ? lines[0]! : `\n  ${lines.join("\n  ")}`);
}

/** The parsed JSON of a file; missing, unreadable and malformed files each have their sentence. `shown` names the file. */
export function readJsonFile(path: string, shown: string = path): unknown {
  if (!existsSync(path)) throw new ProjectFileError(shown, "no such file.");
  let text: string;
  try {
    text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    throw new ProjectFileError(shown, `cannot be read (${(error as Error).message}).`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProjectFileError(shown, `is not valid JSON: ${(error as Error).message}`);
  }
}
